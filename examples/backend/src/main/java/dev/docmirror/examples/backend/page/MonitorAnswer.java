package dev.docmirror.examples.backend.page;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.docmirror.SyncState;
import dev.docmirror.monitor.MonitorSnapshot;
import dev.docmirror.monitor.SyncHealth;
import dev.docmirror.monitor.SyncStatistics;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/**
 * How the sync stands, as the page shows it. Figures whose part can't be asked at the time are left out.
 *
 * @param at when the sample was taken
 * @param since when the worker came into its state
 * @param documentsPerSecond documents in the batches since the sample before
 * @param mirrored rows in the clinic's tables
 * @param deadLetters documents that could not be mirrored
 * @param openConflicts archived versions that wait for somebody
 * @param history the samples before, oldest first; left out of events
 */
record MonitorAnswer(
        Instant at,
        SyncState state,
        Instant since,
        Health health,
        long lagMillis,
        double documentsPerSecond,
        long mirrored,
        Optional<Queue> queue,
        OptionalLong deadLetters,
        OptionalLong openConflicts,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<Sample>> history) {

    record Health(SyncHealth.Status status, List<String> reasons) {
        static Health of(SyncHealth health) {
            return new Health(
                    health.status(),
                    health.reasons().stream().map(SyncHealth.Reason::text).toList());
        }
    }

    record Queue(long pending, long processing, long failed, long conflicts) {
        static Queue of(QueueStatistics queue) {
            return new Queue(
                    queue.in(OperationState.PENDING),
                    queue.in(OperationState.PROCESSING),
                    queue.in(OperationState.FAILED),
                    queue.in(OperationState.CONFLICT));
        }

        long depth() {
            return pending + processing + failed + conflicts;
        }
    }

    record Sample(Instant at, long lagMillis, double documentsPerSecond, long queueDepth) {}

    static MonitorAnswer of(
            MonitorSnapshot snapshot,
            SyncStatistics worker,
            SyncHealth health,
            Instant since,
            double documentsPerSecond,
            long mirrored) {
        return new MonitorAnswer(
                snapshot.takenAt().truncatedTo(ChronoUnit.MILLIS),
                worker.state(),
                since,
                Health.of(health),
                worker.lag().toMillis(),
                documentsPerSecond,
                mirrored,
                snapshot.queue().map(Queue::of),
                snapshot.deadLetters(),
                snapshot.openConflicts(),
                Optional.empty());
    }

    Sample sample() {
        return new Sample(
                at, lagMillis, documentsPerSecond, queue.map(Queue::depth).orElse(0L));
    }

    MonitorAnswer with(List<Sample> samples) {
        return new MonitorAnswer(
                at,
                state,
                since,
                health,
                lagMillis,
                documentsPerSecond,
                mirrored,
                queue,
                deadLetters,
                openConflicts,
                Optional.of(samples));
    }
}
