package dev.docmirror.examples.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncWorker;
import org.jspecify.annotations.Nullable;

/**
 * Ends the program in order when the process is told to end: first the worker finishes or rolls back its batch, then the
 * program closes its connections, and only then the process goes. Thread-safe.
 *
 * <p>{@link #close()} says that the program has closed everything; it must come last.
 */
final class Shutdown implements AutoCloseable {
    private static final int CLOSING_SECONDS = 1;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "docmirror-shutdown");
    private @Nullable SyncWorker worker;
    private boolean requested;

    private Shutdown() {}

    static Shutdown install() {
        Shutdown shutdown = new Shutdown();
        try {
            Runtime.getRuntime().addShutdownHook(shutdown.hook);
        } catch (IllegalStateException e) {
            shutdown.request(); // told to end already
        }
        return shutdown;
    }

    /** Closes a worker when the process is told to end; at once if it was told before. */
    void closes(SyncWorker running) {
        boolean now;
        synchronized (this) {
            worker = running;
            now = requested;
        }
        if (now) {
            running.close();
        }
    }

    /** Whether the process was told to end. */
    synchronized boolean isRequested() {
        return requested;
    }

    private synchronized void request() {
        requested = true;
    }

    private void end() {
        request();
        SyncWorker running;
        synchronized (this) {
            running = worker;
        }
        if (running != null) {
            running.close();
        }
        try {
            // A connection that hangs must not keep the process.
            closed.await(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            request(); // the hook runs already and has just been told
        }
    }
}
