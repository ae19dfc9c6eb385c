package dev.docmirror.examples.worker;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.SyncException;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the worker. */
@Command(
        name = "docmirror-worker",
        mixinStandardHelpOptions = true,
        version = "docmirror-worker 0.1.0",
        sortOptions = false,
        description = "Mirrors the documents of a CouchDB database into MySQL tables.",
        footer = {
            "",
            "Without --daemon it mirrors what there is and ends.",
            "",
            "Settings come from --config (properties couchdb.url, couchdb.user, couchdb.password, mysql.url, mysql.user,",
            "mysql.password, stream, mapping) and, first of all, from the environment: DOCMIRROR_COUCHDB_URL and so on.",
            "",
            "Exit codes: 0 done; 1 failed, or gave up; 2 wrong use or configuration; 3 halted until a person decides",
            "(replaced source, changed schema, refused position); 143 stopped by SIGTERM, the batch in hand finished."
        })
final class WorkerCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int HALTED = 3;
    private static final Duration GIVE_UP = Duration.ofMinutes(1);

    @Option(names = "--daemon", description = "Go on until SIGTERM, mirroring changes as they come.")
    private boolean daemon;

    @Option(names = "--once", description = "Mirror what there is and end. The default.")
    private boolean once;

    @Option(
            names = "--poll",
            paramLabel = "TIME",
            defaultValue = "4s",
            description = "How long one request waits for a change: 500ms, 4s, 1m. Default: ${DEFAULT-VALUE}. A change"
                    + " itself is never delayed by it.")
    private Duration poll = Duration.ofSeconds(4);

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The most documents in a transaction. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long another worker waits before it takes over from one that crashed. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Duration lease = Duration.ofSeconds(30);

    @Option(names = "--setup", description = "Create database and tables that are missing, then end.")
    private boolean setup;

    @Option(names = "--reset", description = "Forget the checkpoint and read everything again; rows stay as they are.")
    private boolean reset;

    @Option(names = "--yes", description = "Don't ask before --reset.")
    private boolean yes;

    @Option(names = "--dry-run", description = "Say what would be written, and write nothing.")
    private boolean dryRun;

    @Option(names = "--status", description = "Show checkpoint, documents, conflicts and dead letters, then end.")
    private boolean status;

    @Option(names = "--config", paramLabel = "FILE", description = "A properties file.")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, String> environment;

    WorkerCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (Parts parts = Parts.of(WorkerConfig.read(config, environment))) {
            if (setup) {
                parts.setup(out());
                return DONE;
            }
            if (status) {
                parts.status(out());
                return DONE;
            }
            if (reset && !confirmed(parts.streamId().value())) {
                out().println("Nothing was done.");
                return USAGE;
            }
            return mirror(parts);
        }
    }

    private void check() {
        if (daemon && (once || dryRun)) {
            throw new WorkerConfig.UsageException("--daemon: goes with neither --once nor --dry-run");
        }
        if (batch < 1) {
            throw new WorkerConfig.UsageException("--batch: must be >= 1, was " + batch);
        }
        if (poll.toMillis() < 1) {
            throw new WorkerConfig.UsageException("--poll: must be >= 1ms, was " + poll);
        }
    }

    private boolean confirmed(String stream) {
        if (yes) {
            return true;
        }
        out().printf("Read all of stream %s again? Rows stay as they are. [y/N] ", stream);
        out().flush();
        Scanner input = new Scanner(System.in, Charset.defaultCharset());
        if (!input.hasNextLine()) {
            throw new WorkerConfig.UsageException("--reset: needs --yes where nobody can be asked");
        }
        return input.nextLine().trim().equalsIgnoreCase("y");
    }

    private int mirror(Parts parts) throws InterruptedException {
        DryRun dry = dryRun ? new DryRun(parts.sink(), parts.checkpoints()) : null;
        if (reset && dry == null) {
            parts.checkpoints().reset(parts.streamId());
        }
        SyncOptions options =
                SyncOptions.defaults().withBatchSize(batch).withPollWait(poll).withLeaseTtl(lease);
        CountDownLatch ended = new CountDownLatch(1);
        SyncListener end = (stream, event) -> {
            if (event instanceof SyncEvent.StateChanged change && change.to().isTerminal()) {
                ended.countDown();
            }
        };
        SyncListener listener = SyncListener.logging().andThen(end);
        try (SyncWorker worker = parts.worker(daemon ? options : options.withGiveUpAfter(GIVE_UP), listener, dry)) {
            Thread hook = new Thread(worker::close, "docmirror-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            if (daemon) {
                worker.start();
                ended.await();
            } else {
                runOnce(worker);
            }
            if (dry != null) {
                dry.planned().forEach((what, count) -> out().printf("would write %s: %d%n", what, count));
            }
            return exitCode(worker);
        }
    }

    private void runOnce(SyncWorker worker) throws InterruptedException {
        try {
            out().println(worker.runOnce());
        } catch (SyncException e) {
            err().println(e.getMessage()); // the state tells the exit code
        }
    }

    private int exitCode(SyncWorker worker) {
        if (worker.state() == SyncState.STOPPED) {
            return DONE;
        }
        return worker.state() == SyncState.HALTED ? HALTED : FAILED;
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the command up");
        }
        return spec.commandLine();
    }
}
