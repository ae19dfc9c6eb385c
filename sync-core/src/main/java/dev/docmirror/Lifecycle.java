package dev.docmirror;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.internal.Engine;
import dev.docmirror.internal.Replay;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.monitor.SyncStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Whose thread runs a worker's engine, and how that ends: one run at a time, on a thread of its own or on the caller's,
 * until it is done or closed. Thread-safe.
 */
final class Lifecycle {
    private final StreamId stream;
    private final Engine engine;
    private final Duration closeTimeout;
    /** Who runs, if anybody does: a thread of ours or a caller's. */
    private @Nullable Thread thread;

    private @Nullable Thread started;
    private boolean running;
    private boolean closed;

    Lifecycle(StreamId stream, Engine engine, Duration closeTimeout) {
        this.stream = stream;
        this.engine = engine;
        this.closeTimeout = closeTimeout;
    }

    /** Follows the source on a thread of its own. */
    void start() {
        Thread runner = new Thread(() -> run(Engine.Task.FOLLOW), "docmirror-" + stream + "-apply");
        runner.setDaemon(true);
        synchronized (this) {
            begin();
            thread = runner;
            started = runner;
            runner.start();
        }
    }

    /** Mirrors what there is on the calling thread. */
    SyncReport catchUp() throws InterruptedException {
        synchronized (this) {
            begin();
            thread = Thread.currentThread();
        }
        SyncStatistics before = engine.statistics();
        long began = System.nanoTime();
        run(Engine.Task.CATCH_UP);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        Optional<SyncException> failure = engine.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while mirroring stream " + stream);
        }
        synchronized (this) {
            if (closed) {
                throw new SyncStoppedException("the worker of stream " + stream + " was closed", null);
            }
        }
        return new SyncReport(elapsed, engine.statistics().since(before));
    }

    Replay.Result serve(Replay.Action action, Collection<DocumentId> ids) throws InterruptedException {
        return serve(action, ids, documents -> Map.of());
    }

    /** Hands documents to the run that is under way, or to one of its own on the calling thread. */
    Replay.Result serve(Replay.Action action, Collection<DocumentId> ids, StoredDocuments stored)
            throws InterruptedException {
        CompletableFuture<Replay.Result> result;
        boolean alone;
        synchronized (this) {
            alone = !running;
            if (alone) {
                begin();
                thread = Thread.currentThread();
            }
            result = engine.replay(action, ids, stored);
        }
        if (alone) {
            run(Engine.Task.REPLAY);
        }
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw (SyncException) e.getCause();
        }
    }

    synchronized boolean isRunning() {
        return running;
    }

    /** False while the engine may still do what somebody waits for; throws why it never will. */
    boolean ended() {
        if (!engine.state().isTerminal()) {
            return false;
        }
        throw why();
    }

    /** As {@link SyncWorker#close()}. */
    void close() {
        Thread runner;
        Thread ours;
        synchronized (this) {
            closed = true;
            runner = thread;
            ours = started;
        }
        engine.stop();
        if (runner == Thread.currentThread() || engine.isOwnThread()) {
            return;
        }
        boolean interrupted = false;
        try {
            awaitEnd();
        } catch (InterruptedException e) {
            interrupted = true; // whoever closes is in a hurry: so the batch in hand is cut short at once
        }
        interruptRun();
        try {
            if (awaitEnd() && ours != null) {
                ours.join(); // it has nothing left to do but to end
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only while it runs: a caller's thread is the host's and goes on with something else. */
    private synchronized void interruptRun() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Waits for the run to end; false if the time passed first. */
    private synchronized boolean awaitEnd() throws InterruptedException {
        long deadline = System.nanoTime() + closeTimeout.toNanos();
        while (running) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    private void begin() {
        if (closed) {
            throw new IllegalStateException("the worker of stream " + stream + " was closed; build a new one");
        }
        if (running) {
            throw new IllegalStateException("the worker of stream " + stream + " runs already");
        }
        running = true;
        engine.prepare();
    }

    private void run(Engine.Task task) {
        try {
            engine.run(task);
        } finally {
            synchronized (this) {
                running = false;
                thread = null;
                engine.abandonReplays(why());
                notifyAll();
            }
        }
    }

    private SyncException why() {
        return engine.failure()
                .orElseGet(() -> new SyncStoppedException("the worker of stream " + stream + " has ended", null));
    }
}
