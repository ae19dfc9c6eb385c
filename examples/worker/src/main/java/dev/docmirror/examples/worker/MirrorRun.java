package dev.docmirror.examples.worker;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.SyncException;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import org.jspecify.annotations.Nullable;

/** One run of the worker, from its start to an exit code. What happens goes to the log, the result to {@code out}. */
final class MirrorRun {
    /** The worker waits this long twice at most, so that the process is gone within ten seconds. */
    private static final Duration CLOSE = Duration.ofSeconds(4);

    private static final Duration GIVE_UP = Duration.ofMinutes(1);

    private final Parts parts;
    private final Shutdown shutdown;
    private final PrintWriter out;

    MirrorRun(Parts parts, Shutdown shutdown, PrintWriter out) {
        this.parts = parts;
        this.shutdown = shutdown;
        this.out = out;
    }

    /** Goes on until something ends it; transient failures never do. */
    int follow(SyncOptions options) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        SyncListener end = (stream, event) -> {
            if (event instanceof SyncEvent.StateChanged change && change.to().isTerminal()) {
                ended.countDown();
            }
        };
        SyncListener listener = SyncListener.logging().andThen(end);
        try (SyncWorker worker = parts.worker(options.withCloseTimeout(CLOSE), listener)) {
            shutdown.closes(worker);
            if (!started(worker)) {
                return ExitCode.TERMINATED;
            }
            ended.await();
            return exitCode(worker);
        }
    }

    /** Mirrors what there is. */
    int once(SyncOptions options) throws InterruptedException {
        try (SyncWorker worker = parts.worker(bounded(options), SyncListener.logging())) {
            SyncReport report = drained(worker);
            if (report == null) {
                return exitCode(worker);
            }
            out.println(report);
            if (report.totals().parked() > 0) {
                out.println("Some documents went to the dead letters; --status lists them with their reasons.");
            }
            return ExitCode.DONE;
        }
    }

    /** Says what {@link #once} would write. */
    int plan(SyncOptions options, DryRun dry) throws InterruptedException {
        try (SyncWorker worker = parts.planner(bounded(options), SyncListener.logging(), dry)) {
            SyncReport report = drained(worker);
            if (report == null) {
                return exitCode(worker);
            }
            out.printf(
                    "Dry run: read %d changes, wrote nothing. %d documents stay as they are, %d have no table.%n",
                    report.totals().changes(),
                    report.totals().unchanged(),
                    report.totals().skipped());
            dry.planned().forEach((what, count) -> out.printf("would write  %s: %d%n", what, count));
            return ExitCode.DONE;
        }
    }

    private static SyncOptions bounded(SyncOptions options) {
        return options.withCloseTimeout(CLOSE).withGiveUpAfter(GIVE_UP);
    }

    /** The report of a whole run, null if something ended it; the log tells what. */
    private @Nullable SyncReport drained(SyncWorker worker) throws InterruptedException {
        shutdown.closes(worker);
        try {
            return worker.runOnce();
        } catch (SyncException e) {
            return null;
        } catch (IllegalStateException e) {
            if (!shutdown.isRequested()) {
                throw e;
            }
            return null; // closed before it began
        }
    }

    private boolean started(SyncWorker worker) {
        try {
            worker.start();
            return true;
        } catch (IllegalStateException e) {
            if (!shutdown.isRequested()) {
                throw e;
            }
            return false; // closed before it began
        }
    }

    private int exitCode(SyncWorker worker) {
        return worker.failure()
                .map(ExitCode::of)
                .orElse(shutdown.isRequested() ? ExitCode.TERMINATED : ExitCode.FAILED);
    }
}
