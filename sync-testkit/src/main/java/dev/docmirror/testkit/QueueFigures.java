package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueuedOperation;

/** Counts the operations of a queue. */
final class QueueFigures {
    private QueueFigures() {}

    static QueueStatistics of(QueueRecords records, Predicate<QueuedOperation> meant) {
        List<QueuedOperation> all = records.all().stream().filter(meant).toList();
        Map<OperationState, Long> states = new HashMap<>();
        Map<String, Long> failed = new HashMap<>();
        Map<String, Long> total = new HashMap<>();
        for (QueuedOperation each : all) {
            states.merge(each.state(), 1L, Long::sum);
            each.operation().device().ifPresent(device -> {
                total.merge(device, 1L, Long::sum);
                if (each.state() == OperationState.FAILED) {
                    failed.merge(device, 1L, Long::sum);
                }
            });
        }
        Optional<Instant> oldest = all.stream()
                .filter(each -> !each.state().isFinal())
                .map(QueuedOperation::enqueuedAt)
                .min(Comparator.naturalOrder());
        List<QueuedOperation> completed = all.stream()
                .filter(each -> each.state() == OperationState.COMPLETED)
                .toList();
        Optional<Instant> last =
                completed.stream().map(QueuedOperation::changedAt).max(Comparator.naturalOrder());
        List<Duration> times = completed.stream()
                .map(each -> Duration.between(each.enqueuedAt(), each.changedAt()))
                .sorted()
                .toList();
        return new QueueStatistics(
                states,
                records.blocked(meant),
                oldest,
                last,
                percentile(times, 50),
                percentile(times, 95),
                percentile(times, 99),
                failed,
                total);
    }

    private static Duration percentile(List<Duration> sorted, int percent) {
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
