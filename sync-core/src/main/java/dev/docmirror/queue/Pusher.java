package dev.docmirror.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.internal.Backoff;
import dev.docmirror.internal.Stop;
import dev.docmirror.queue.OperationEvent.Side;
import dev.docmirror.queue.PushBatch.Trouble;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.Verdicts.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a worker: takes batch after batch. Confined to one thread, bar its heartbeat. */
final class Pusher {
    private static final Logger log = LoggerFactory.getLogger(QueueWorker.class);
    private static final int TRIES = 5;

    private final Parts parts;
    private final Stop stop;
    private final Heartbeat heartbeat;
    private final PushTally tally;
    private int troubles;

    /** What a worker is put together from. */
    record Parts(
            String name,
            QueueStore store,
            ChangeSource source,
            DocumentTarget target,
            Planner planner,
            Verdicts verdicts,
            OperationListener listener,
            QueueOptions options,
            Backoff backoff) {}

    Pusher(Parts parts, Stop stop, Heartbeat heartbeat, PushTally tally) {
        this.parts = parts;
        this.stop = stop;
        this.heartbeat = heartbeat;
        this.tally = tally;
    }

    /**
     * What a round came to.
     *
     * @param operations how many were taken
     * @param trouble what keeps the worker from going on at once
     * @param pause how long, then
     */
    record Round(int operations, Optional<Trouble> trouble, Duration pause) {}

    /** Takes one batch of what is due, if anything is; of some types, or of all if none is named. */
    Round round(Set<String> types) {
        long began = System.nanoTime();
        List<Claim> claims = parts.store()
                .claim(
                        parts.name(),
                        parts.options().batchSize(),
                        parts.options().lease(),
                        types);
        if (claims.isEmpty()) {
            return new Round(0, Optional.empty(), Duration.ZERO);
        }
        heartbeat.begin(claims, began);
        try {
            tally.taken(claims);
            Duration pause = parts.backoff().delay(troubles + 1, Optional.empty());
            PushBatch batch = new PushBatch(this, claims);
            record(batch.push(pause));
            tell(new OperationEvent.BatchPushed(claims.size(), Duration.ofNanos(System.nanoTime() - began)));
            troubles = batch.trouble().isPresent() ? troubles + 1 : 0;
            return new Round(claims.size(), batch.trouble(), batch.trouble().isPresent() ? pause : Duration.ZERO);
        } finally {
            heartbeat.end();
        }
    }

    private void record(List<Verdict> verdicts) {
        List<Settlement> settlements =
                verdicts.stream().map(Verdict::settlement).toList();
        if (settlements.isEmpty()) {
            return;
        }
        Set<Long> recorded = new HashSet<>();
        persistently(() -> parts.store().settle(settlements))
                .forEach(settlement -> recorded.add(settlement.claim().token()));
        for (Verdict verdict : verdicts) {
            if (recorded.contains(verdict.settlement().claim().token())) {
                tally.settled(verdict);
                tell(settled(verdict));
            }
        }
    }

    private static OperationEvent settled(Verdict verdict) {
        Settlement settlement = verdict.settlement();
        QueuedOperation before = settlement.claim().operation();
        Optional<Revision> revision = settlement.result().or(settlement::server);
        int attempts = before.attempts() + (settlement.next() == OperationState.FAILED ? 1 : 0);
        return new OperationEvent.Settled(
                OperationEvent.Subject.of(before),
                settlement.next(),
                revision,
                settlement.reason(),
                attempts,
                verdict.resolution());
    }

    /** Tries a few times while the lease is kept alive: what is known now would have to be found out again. */
    <T> T persistently(Supplier<T> call) {
        for (int failures = 1; ; failures++) {
            try {
                return call.get();
            } catch (TransientSyncException e) {
                if (failures == TRIES || stop.isRequested()) {
                    throw e;
                }
                Duration delay = parts.backoff().delay(failures, e.retryAfter());
                tell(new OperationEvent.RetryScheduled(Side.QUEUE, delay, e));
                stop.pause(delay);
            }
        }
    }

    void tell(OperationEvent event) {
        try {
            parts.listener().on(event);
        } catch (RuntimeException e) {
            log.warn("a listener failed with {}", e.getClass().getName());
        }
    }

    boolean holds(Claim claim) {
        return heartbeat.holds(claim);
    }

    boolean isStopping() {
        return stop.isRequested();
    }

    QueueStore store() {
        return parts.store();
    }

    ChangeSource source() {
        return parts.source();
    }

    DocumentTarget target() {
        return parts.target();
    }

    Planner planner() {
        return parts.planner();
    }

    Verdicts verdicts() {
        return parts.verdicts();
    }
}
