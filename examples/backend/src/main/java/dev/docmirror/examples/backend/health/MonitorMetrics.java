package dev.docmirror.examples.backend.health;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

import dev.docmirror.monitor.HealthThresholds;
import dev.docmirror.monitor.MonitorSnapshot;
import dev.docmirror.monitor.SyncHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * What the monitor knows, beside the worker's and the queue's own metrics:
 *
 * <pre>
 * docmirror.health           1 for the status it has (tag status), else 0
 * docmirror.dead.letters     documents that could not be mirrored, NaN while they can't be counted
 * docmirror.open.conflicts   archived versions that wait for people, NaN while they can't be counted
 * </pre>
 */
final class MonitorMetrics implements MeterBinder {
    private final String stream;
    private final RecentSnapshot snapshot;

    MonitorMetrics(String stream, RecentSnapshot snapshot) {
        this.stream = stream;
        this.snapshot = snapshot;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (SyncHealth.Status status : SyncHealth.Status.values()) {
            Tags tag = Tags.of("status", status.name().toLowerCase(Locale.ROOT));
            gauge(registry, "docmirror.health", tag, now -> is(status, now) ? 1.0 : 0.0);
        }
        gauge(registry, "docmirror.dead.letters", Tags.empty(), now -> number(now.deadLetters()));
        gauge(registry, "docmirror.open.conflicts", Tags.empty(), now -> number(now.openConflicts()));
    }

    private static boolean is(SyncHealth.Status status, MonitorSnapshot now) {
        return SyncHealth.of(now, HealthThresholds.defaults()).status() == status;
    }

    private static double number(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : Double.NaN;
    }

    private void gauge(MeterRegistry registry, String name, Tags tags, Function<MonitorSnapshot, Double> value) {
        Gauge.builder(name, snapshot, recent -> value.apply(recent.get()))
                .tags(tags.and("stream", stream))
                .strongReference(true)
                .register(registry);
    }
}
