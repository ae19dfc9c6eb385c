package dev.docmirror.cycle;

import java.util.Locale;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/**
 * The figures of a queue, of a user or a device, in the form in which an endpoint answers them. Operations that were
 * cancelled do not count: {@code total = pending + synced + failed + conflicts}.
 *
 * @param total all operations
 * @param pending those that wait, or that a worker has
 * @param synced those that are done
 * @param failed those that failed, those that will be tried again included
 * @param conflicts those that wait for a decision
 * @param syncRate synced in percent of total, as {@code 93.33%}; {@code 0.00%} of nothing
 */
public record QueueSummary(long total, long pending, long synced, long failed, long conflicts, String syncRate) {

    /** The figures of the operations that a {@linkplain dev.docmirror.queue.SyncQueue#statistics filter} means. */
    public static QueueSummary of(QueueStatistics queue) {
        long total = queue.total() - queue.in(OperationState.CANCELLED);
        long synced = queue.in(OperationState.COMPLETED);
        return new QueueSummary(
                total,
                queue.in(OperationState.PENDING) + queue.in(OperationState.PROCESSING),
                synced,
                queue.in(OperationState.FAILED),
                queue.in(OperationState.CONFLICT),
                String.format(Locale.ROOT, "%.2f%%", total == 0 ? 0 : 100.0 * synced / total));
    }
}
