package dev.docmirror.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.internal.Stop;
import dev.docmirror.internal.Threads;
import org.jspecify.annotations.Nullable;

/** One run of a worker, from its start to its end, with the heartbeat of what it holds. Confined to one thread. */
final class QueueRun implements AutoCloseable {
    private final Pusher.Parts parts;
    private final Stop until;
    private final Runnable ended;
    private final PushTally tally = new PushTally();
    private final Pusher pusher;
    private final Stop beating = new Stop();
    private final Threads threads = new Threads();

    /** @param ended told when the run is over and nothing of it is left */
    QueueRun(Pusher.Parts parts, Stop until, Runnable ended) {
        this.parts = parts;
        this.until = until;
        this.ended = ended;
        Heartbeat heartbeat = new Heartbeat(parts.store(), parts.options().lease(), beating, System::nanoTime);
        this.pusher = new Pusher(parts, until, heartbeat, tally);
        threads.start("docmirror-queue-lease", heartbeat);
    }

    /** Does what is due by now of some types, or of all if none is named. */
    PushReport drain(Set<String> types) {
        Optional<SyncException> failure = Optional.empty();
        try {
            Pusher.Round round;
            do {
                until.check();
                round = pusher.round(types);
                failure = round.trouble().map(PushBatch.Trouble::cause);
            } while (round.operations() > 0 && failure.isEmpty());
        } catch (Stop.StoppedException e) {
            return tally.report(failure); // whoever stopped it knows
        }
        return tally.report(failure);
    }

    /**
     * Does what is due, again and again, until it is stopped.
     *
     * @param due released when something may be due before the next look
     * @param failing told what keeps it from going on, and null when nothing does any more
     */
    void follow(Semaphore due, Consumer<@Nullable SyncException> failing) {
        try {
            for (int failures = 0; ; ) {
                until.check();
                try {
                    go(due, failing);
                    failures = 0;
                } catch (Stop.StoppedException e) {
                    throw e;
                } catch (RuntimeException e) {
                    failures++;
                    Optional<Duration> asked =
                            e instanceof TransientSyncException known ? known.retryAfter() : Optional.empty();
                    SyncException cause = Reasons.known("the queue worker", e);
                    failing.accept(cause);
                    pause(OperationEvent.Side.QUEUE, cause, parts.backoff().delay(failures, asked));
                }
            }
        } catch (Stop.StoppedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        }
    }

    private void go(Semaphore due, Consumer<@Nullable SyncException> failing) {
        Pusher.Round round = pusher.round(Set.of());
        if (round.trouble().isPresent()) {
            PushBatch.Trouble trouble = round.trouble().get();
            failing.accept(trouble.cause());
            pause(trouble.side(), trouble.cause(), round.pause());
            return;
        }
        failing.accept(null);
        if (round.operations() == 0) {
            idle(due);
        }
    }

    private void pause(OperationEvent.Side side, SyncException cause, Duration time) {
        pusher.tell(new OperationEvent.RetryScheduled(side, time, cause));
        until.pause(time);
    }

    private void idle(Semaphore due) {
        try {
            if (due.tryAcquire(parts.options().pollInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                due.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the loop checks
        }
    }

    @Override
    public void close() {
        beating.request();
        threads.join();
        ended.run();
    }
}
