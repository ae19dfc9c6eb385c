package dev.docmirror.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.error.SyncException;
import org.jspecify.annotations.Nullable;

/**
 * Where the fetch thread leaves the batch that the applying thread takes next: behind the end of the feed it fetches
 * ahead, at the end it asks for no more than is wanted. Thread-safe; one thread puts, one takes.
 */
final class HandOver {
    private final Stop stop;
    private final Function<ChangeBatch, CompletableFuture<DecidedAhead>> ahead;
    private @Nullable Fetched waiting;
    private @Nullable SyncException failure;
    private boolean nudged;
    private boolean wanted;

    /** @param ahead begins to decide about a batch that waits, before it is taken */
    HandOver(Stop stop, Function<ChangeBatch, CompletableFuture<DecidedAhead>> ahead) {
        this.stop = stop;
        this.ahead = ahead;
    }

    /** Leaves a batch; waits for room. */
    synchronized void put(Fetched fetched) throws InterruptedException {
        while (waiting != null) {
            stop.check();
            wait();
        }
        // Not before there is room: one that waits for it has nothing parsed, so that it takes little memory.
        waiting = fetched.decided(ahead.apply(fetched.batch()));
        wanted = false;
        notifyAll();
    }

    /** Waits until the last batch was taken and another one is asked for. */
    synchronized void awaitDemand() throws InterruptedException {
        while (!wanted) {
            stop.check();
            wait();
        }
    }

    /** There will be no more batches. */
    synchronized void fail(SyncException cause) {
        failure = cause;
        notifyAll();
    }

    /** Ends the {@link #take} that waits, or else the next one; who waits to put looks whether to stop. */
    synchronized void nudge() {
        nudged = true;
        notifyAll();
    }

    synchronized boolean isEmpty() {
        return waiting == null;
    }

    /**
     * The next batch; empty if there is none yet, or after a {@link #nudge()}. Throws why there are no more.
     *
     * @param patient whether to wait for one or the other
     */
    synchronized Optional<Fetched> take(boolean patient) throws InterruptedException {
        if (waiting == null) {
            wanted = true;
            notifyAll();
        }
        while (patient && waiting == null && failure == null && !nudged) {
            wait();
        }
        nudged = false;
        Fetched taken = waiting;
        if (taken == null && failure != null) {
            throw failure;
        }
        waiting = null;
        notifyAll();
        return Optional.ofNullable(taken);
    }
}
