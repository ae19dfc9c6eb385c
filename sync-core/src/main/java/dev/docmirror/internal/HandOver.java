package dev.docmirror.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.SyncException;
import org.jspecify.annotations.Nullable;

/**
 * Where the fetch thread leaves the batch that the applying thread takes next. A batch that waits there grows by those
 * fetched meanwhile, as long as it is small: each write waits for one commit then, not for those of all batches before
 * it. Thread-safe; one thread puts, one takes.
 */
final class HandOver {
    private final BatchLimits limits;
    private final Stop stop;
    private final Function<ChangeBatch, CompletableFuture<DecidedAhead>> ahead;
    private @Nullable Fetched waiting;
    private @Nullable SyncException failure;
    private boolean nudged;
    private boolean wanted;
    private boolean late;

    /** @param ahead begins to decide about a batch that waits, before it is taken */
    HandOver(BatchLimits limits, Stop stop, Function<ChangeBatch, CompletableFuture<DecidedAhead>> ahead) {
        this.limits = limits;
        this.stop = stop;
        this.ahead = ahead;
    }

    /**
     * Leaves a batch; waits for room.
     *
     * @return whether there was room at once: else the feed may have gone on since the batch was fetched
     */
    synchronized boolean put(Fetched fetched) throws InterruptedException {
        late = false;
        while (waiting != null) {
            Optional<Fetched> grown = joined(waiting, fetched);
            if (grown.isPresent()) {
                waiting = grown.get();
                return !late;
            }
            late = true;
            stop.check();
            wait();
        }
        // Not before there is room: one that waits for it has nothing parsed, so that it takes little memory.
        waiting = fetched.decided(ahead.apply(fetched.batch()));
        wanted = false;
        notifyAll();
        return !late;
    }

    /** Waits until a batch is {@link #want wanted}, or for the time given. */
    synchronized void awaitDemand(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        long left = most.toNanos();
        while (!wanted && left > 0) {
            stop.check();
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
    }

    /** Asks for a batch, if none waits. */
    synchronized void want() {
        if (waiting == null) {
            wanted = true;
            notifyAll();
        }
    }

    /** There will be no more batches. */
    synchronized void fail(SyncException cause) {
        failure = cause;
        notifyAll();
    }

    /** Ends the {@link #take} that waits, or else the next one; the fetch thread, if it waits, looks whether to stop. */
    synchronized void nudge() {
        nudged = true;
        notifyAll();
    }

    /** Whether all that is known of the feed was taken, and nothing of it had to wait for room. */
    synchronized boolean isDrained() {
        return waiting == null && !late;
    }

    /**
     * The next batch; empty if there is none yet, which is {@link #want wanted} then, or after a {@link #nudge()}. Throws
     * why there are no more.
     *
     * @param patient whether to wait for one or the other
     */
    synchronized Optional<Fetched> take(boolean patient) throws InterruptedException {
        want();
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

    /**
     * Two small batches as one. Not if they share a document: the later state may be an older one, from a node that lags
     * behind, and which is which is told by what the earlier one left in the mirror.
     */
    private Optional<Fetched> joined(Fetched first, Fetched second) {
        List<DocumentChange> changes = new ArrayList<>(first.batch().changes());
        changes.addAll(second.batch().changes());
        boolean fits = changes.size() <= limits.documents()
                && first.batch().bytes() + second.batch().bytes() <= limits.bytes();
        if (!fits || DecidingAhead.isWorthIt(first.batch()) || DecidingAhead.isWorthIt(second.batch())) {
            return Optional.empty();
        }
        Set<DocumentId> ids = new HashSet<>();
        if (!changes.stream().allMatch(change -> ids.add(change.id()))) {
            return Optional.empty();
        }
        ChangeBatch last = second.batch();
        ChangeBatch both = new ChangeBatch(changes, last.position(), last.pending(), last.caughtUp());
        return Optional.of(new Fetched(both, second.pollBegan(), first.arrived()));
    }
}
