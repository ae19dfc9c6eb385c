package dev.docmirror.internal;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import dev.docmirror.SyncState;
import dev.docmirror.error.SyncException;
import dev.docmirror.monitor.SyncEvent;
import org.jspecify.annotations.Nullable;

/** Where a worker stands: its state, who is failing, since when the mirror is behind. Thread-safe. */
final class Status {
    /** Who can fail and be retried on its own. */
    enum Party {
        SOURCE,
        SINK,
        LEASE,
        TARGET
    }

    private final Events events;
    private final LongSupplier nanoTime;
    private final Set<Party> failing = EnumSet.noneOf(Party.class);
    private SyncState state = SyncState.STARTING;
    private SyncState calm = SyncState.STARTING;
    private @Nullable SyncException failure;
    private @Nullable Long behindSince;
    private @Nullable Long caughtUpPoll;

    Status(Events events, LongSupplier nanoTime) {
        this.events = events;
        this.nanoTime = nanoTime;
    }

    synchronized SyncState state() {
        return state;
    }

    synchronized Optional<SyncException> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized Duration lag() {
        return behindSince == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - behindSince);
    }

    /** Forgets an earlier run. */
    void begin() {
        update(() -> {
            failing.clear();
            failure = null;
            behindSince = nanoTime.getAsLong();
            calm = SyncState.STARTING;
            change(SyncState.STARTING, Optional.empty());
        });
    }

    /** Sets the state to be in while nothing fails. */
    void calm(SyncState next) {
        update(() -> {
            calm = next;
            markBehind();
            settle();
        });
    }

    /** The lease was lost: whoever was failing under it has ended and will not be heard of again. */
    void standBy() {
        update(() -> {
            failing.clear();
            calm = SyncState.STANDBY;
            markBehind();
            settle();
        });
    }

    /** Changes were fetched that are not mirrored yet. */
    synchronized void behind() {
        markBehind();
    }

    void failing(Party party, SyncException cause) {
        update(() -> {
            failing.add(party);
            markBehind();
            change(SyncState.RETRYING, Optional.of(cause));
        });
    }

    void healed(Party party) {
        update(() -> {
            failing.remove(party);
            if (calm == SyncState.LIVE) {
                // What happened meanwhile is not known before the next poll.
                calm = SyncState.CATCHING_UP;
            }
            settle();
        });
    }

    /** Everything the source had when a poll began is mirrored. */
    void caughtUp(long pollBegan) {
        update(() -> {
            caughtUpPoll = pollBegan;
            behindSince = null;
            calm = SyncState.LIVE;
            settle();
            notifyAll();
        });
    }

    void end(SyncState terminal, Optional<SyncException> cause) {
        update(() -> {
            if (!state.isTerminal()) {
                failing.clear();
                failure = cause.orElse(null);
                change(terminal, cause);
            }
        });
    }

    /** Waits until a poll that began later than {@code since} met the end of the feed and all before it is mirrored. */
    boolean awaitCaughtUp(long since, Duration timeout) throws InterruptedException {
        return await(timeout, () -> caughtUpPoll != null && caughtUpPoll - since > 0);
    }

    /** Waits for a condition that a {@link #wake()} or a change of state makes true; false at a timeout or the end. */
    synchronized boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - nanoTime.getAsLong();
            if (left <= 0 || state.isTerminal()) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    synchronized void wake() {
        notifyAll();
    }

    private void update(Runnable change) {
        synchronized (this) {
            change.run();
        }
        events.deliver();
    }

    private void markBehind() {
        if (behindSince == null) {
            behindSince = nanoTime.getAsLong();
        }
    }

    private void settle() {
        if (failing.isEmpty()) {
            change(calm, Optional.empty());
        }
    }

    private void change(SyncState next, Optional<SyncException> cause) {
        if (state != next) {
            SyncState from = state;
            state = next;
            notifyAll();
            events.queue(new SyncEvent.StateChanged(from, next, cause));
        }
    }
}
