package dev.docmirror.examples.worker;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.Callable;

import dev.docmirror.SyncOptions;
import org.jspecify.annotations.Nullable;
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
        usageHelpWidth = 100,
        description = "Mirrors the documents of a CouchDB database into MySQL or MariaDB tables.",
        footer = {
            "",
            "Settings are read from --config, a properties file, and before that from the environment, where",
            "passwords belong:",
            "  couchdb.url       DOCMIRROR_COUCHDB_URL       http://127.0.0.1:5984/clinic",
            "  couchdb.user      DOCMIRROR_COUCHDB_USER",
            "  couchdb.password  DOCMIRROR_COUCHDB_PASSWORD",
            "  mysql.url         DOCMIRROR_MYSQL_URL         jdbc:mysql://127.0.0.1:3306/clinic",
            "  mysql.user        DOCMIRROR_MYSQL_USER",
            "  mysql.password    DOCMIRROR_MYSQL_PASSWORD",
            "  stream            DOCMIRROR_STREAM            names checkpoint and lease; default clinical",
            "  mapping           DOCMIRROR_MAPPING           clinical (the default): patients,",
            "                                                clinical_sessions, clinical_forms, ai_requests;",
            "                                                raw: every document into the table documents",
            "DOCMIRROR_LOG_LEVEL is INFO, or DEBUG for a line a batch. The log goes to the standard error,",
            "results go to the standard output.",
            "",
            "Of all workers of a stream one works and the others stand by. While a server fails, --daemon tries",
            "for ever, with growing delays; without it the worker gives up after a minute.",
            "",
            "SIGTERM finishes the batch in hand, or rolls it back after 4 seconds, and ends the process in under",
            "10. A killed worker repeats at most what was not committed; it skips nothing.",
            "",
            "Exit codes:",
            "  0    done",
            "  1    failed or gave up: access denied, server not there, most of a batch refused",
            "  2    wrong use or configuration",
            "  3    halted until a person decides: another or no source database, tables not as needed,",
            "       a position that the source refuses, a checkpoint that somebody else moved",
            "  143  ended by SIGTERM"
        })
final class WorkerCommand implements Callable<Integer> {
    private static final Duration LEAST_LEASE = Duration.ofMillis(300);

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

    @Option(
            names = "--setup",
            description = "Create databases and tables that are missing, compare those that are there, and end.")
    private boolean setup;

    @Option(
            names = "--reset",
            description =
                    "Forget the checkpoint and read everything again. Asks first. Rows stay, and end as they are.")
    private boolean reset;

    @Option(names = "--yes", description = "Don't ask before --reset.")
    private boolean yes;

    @Option(
            names = "--dry-run",
            description = "Say what would be written, and write nothing, not even a lease. What the database would"
                    + " refuse is not foreseen.")
    private boolean dryRun;

    @Option(
            names = "--status",
            description = "Show source, checkpoint, rows, conflicts and the latest dead letters, and end.")
    private boolean status;

    @Option(names = "--config", paramLabel = "FILE", description = "A properties file with the settings below.")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, String> environment;
    private final InputStream answers;

    /** @param answers where a person's answer to a question comes from */
    WorkerCommand(Map<String, String> environment, InputStream answers) {
        this.environment = environment;
        this.answers = answers;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        WorkerConfig settings = WorkerConfig.read(config, environment);
        if (reset && !dryRun && !confirmed(settings.stream().value())) {
            out().println("Nothing was done.");
            return ExitCode.DONE;
        }
        // Closed in reverse order: the shutdown may go on when everything else is closed.
        try (Shutdown shutdown = Shutdown.install();
                Parts parts = Parts.of(settings, setup)) {
            if (setup) {
                parts.setup(out());
                return ExitCode.DONE;
            }
            if (status) {
                parts.status(out());
                return ExitCode.DONE;
            }
            return mirror(parts, new MirrorRun(parts, shutdown, out()));
        }
    }

    private int mirror(Parts parts, MirrorRun run) throws InterruptedException {
        SyncOptions options =
                SyncOptions.defaults().withBatchSize(batch).withPollWait(poll).withLeaseTtl(lease);
        if (dryRun) {
            return run.plan(options, new DryRun(parts.sink(), parts.checkpoints(), reset));
        }
        if (reset) {
            parts.checkpoints().reset(parts.streamId());
        }
        return daemon ? run.follow(options) : run.once(options);
    }

    private void check() {
        List<String> modes = new ArrayList<>();
        mode(modes, "--daemon", daemon);
        mode(modes, "--once", once);
        mode(modes, "--setup", setup);
        mode(modes, "--status", status);
        if (modes.size() > 1) {
            throw new WorkerConfig.UsageException(
                    modes.get(0) + ": does not go with " + String.join(" and ", modes.subList(1, modes.size())));
        }
        if (dryRun && (daemon || setup || status)) {
            throw new WorkerConfig.UsageException("--dry-run: does not go with " + modes.get(0));
        }
        if (reset && (setup || status)) {
            throw new WorkerConfig.UsageException("--reset: does not go with " + modes.get(0));
        }
        if (batch < 1) {
            throw new WorkerConfig.UsageException("--batch: must be >= 1, was " + batch);
        }
        if (poll.toMillis() < 1) {
            throw new WorkerConfig.UsageException("--poll: must be >= 1ms, was " + poll.toMillis() + "ms");
        }
        if (lease.compareTo(LEAST_LEASE) < 0) {
            throw new WorkerConfig.UsageException("--lease: must be >= 300ms, was " + lease.toMillis() + "ms");
        }
    }

    private static void mode(List<String> modes, String name, boolean given) {
        if (given) {
            modes.add(name);
        }
    }

    private boolean confirmed(String stream) {
        if (yes) {
            return true;
        }
        out().printf("Read all of stream %s again? Rows stay as they are. [y/N] ", stream);
        out().flush();
        Scanner input = new Scanner(answers, Charset.defaultCharset());
        if (!input.hasNextLine()) {
            throw new WorkerConfig.UsageException("--reset: needs --yes where nobody can be asked");
        }
        return input.nextLine().trim().equalsIgnoreCase("y");
    }

    private PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the command up");
        }
        return spec.commandLine().getOut();
    }
}
