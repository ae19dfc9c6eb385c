package dev.docmirror.examples.backend.health;

import java.time.Duration;
import java.util.stream.Collectors;

import dev.docmirror.SyncWorker;
import dev.docmirror.change.StreamId;
import dev.docmirror.examples.backend.clinic.ClinicTables;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.monitor.QueueMetrics;
import dev.docmirror.monitor.SyncMetrics;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** docmirror's health and metrics as Actuator wants them. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {
    private static final String STREAM = "clinic";
    private static final Duration KEPT = Duration.ofSeconds(2);

    @Bean
    RecentSnapshot recentSnapshot(SyncMonitor monitor) {
        return new RecentSnapshot(monitor::snapshot, System::nanoTime);
    }

    /** Its name is the one in the answer. */
    @Bean
    SyncHealthIndicator docmirror(RecentSnapshot snapshot) {
        return new SyncHealthIndicator(snapshot);
    }

    @Bean
    MeterBinder syncMetrics(SyncWorker worker) {
        return new SyncMetrics(
                StreamId.of(STREAM),
                worker::statistics,
                ClinicTables.mapper().tables().stream()
                        .map(TableDefinition::name)
                        .collect(Collectors.toSet()));
    }

    @Bean
    MeterBinder queueMetrics(QueueStore store) {
        return new QueueMetrics(STREAM, () -> store.statistics(QueueFilter.all()), KEPT);
    }

    @Bean
    MeterBinder monitorMetrics(RecentSnapshot snapshot) {
        return new MonitorMetrics(STREAM, snapshot);
    }
}
