package dev.docmirror.examples.backend.page;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.SyncQueue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which devices write, and how well that goes. */
@RestController
class DeviceController {
    private static final int SHOWN = 50;

    private final SyncQueue queue;

    DeviceController(SyncQueue queue) {
        this.queue = queue;
    }

    /** Those of whose operations most failed first, at most 50. */
    record Devices(List<Device> items) {}

    /**
     * @param user who wrote on it first
     * @param failureRate failed in percent of total, as {@code 12.5%}
     */
    record Device(
            String device,
            Optional<String> user,
            long total,
            long synced,
            long failed,
            long conflicts,
            String failureRate) {}

    @GetMapping("/api/devices")
    Devices devices() {
        QueueStatistics all = queue.statistics(QueueFilter.all());
        Comparator<Map.Entry<String, Long>> byRate =
                Comparator.comparing(entry -> -rate(all.failedByDevice().getOrDefault(entry.getKey(), 0L), entry));
        return new Devices(all.totalByDevice().entrySet().stream()
                .sorted(byRate.thenComparing(Map.Entry::getKey))
                .limit(SHOWN)
                .map(entry -> device(entry.getKey()))
                .toList());
    }

    private static double rate(long failed, Map.Entry<String, Long> total) {
        return (double) failed / Math.max(1, total.getValue());
    }

    private Device device(String name) {
        QueueFilter mine = QueueFilter.all().ofDevice(name);
        QueueStatistics figures = queue.statistics(mine);
        long failed = figures.in(OperationState.FAILED);
        return new Device(
                name,
                queue.list(mine.page(0, 1)).stream()
                        .findFirst()
                        .flatMap(queued -> queued.operation().user()),
                figures.total(),
                figures.in(OperationState.COMPLETED),
                failed,
                figures.in(OperationState.CONFLICT),
                String.format(Locale.ROOT, "%.1f%%", 100.0 * failed / Math.max(1, figures.total())));
    }
}
