package dev.docmirror.cycle;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/**
 * How the queue stands, in the form in which an endpoint answers it.
 *
 * @param pending operations that wait
 * @param processing operations that a worker has
 * @param failed operations that failed, those that will be tried again included
 * @param oldestPendingAt when the oldest operation came that is not done, cut to milliseconds
 * @param lastSyncAt when a cycle ended last that did all there was to do, cut to milliseconds
 */
public record QueueStatus(
        long pending, long processing, long failed, Optional<Instant> oldestPendingAt, Optional<Instant> lastSyncAt) {
    public QueueStatus {
        oldestPendingAt = oldestPendingAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
        lastSyncAt = lastSyncAt.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * The status of a queue. Where this node has not ended a cycle yet, the last sync is the last operation that was
     * completed, on any node.
     */
    public static QueueStatus of(QueueStatistics queue, CycleStanding cycles) {
        return new QueueStatus(
                queue.in(OperationState.PENDING),
                queue.in(OperationState.PROCESSING),
                queue.in(OperationState.FAILED),
                queue.oldestPending(),
                cycles.lastSuccess().or(queue::lastCompleted));
    }
}
