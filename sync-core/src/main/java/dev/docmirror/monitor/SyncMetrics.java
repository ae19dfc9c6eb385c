package dev.docmirror.monitor;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import dev.docmirror.SyncState;
import dev.docmirror.change.StreamId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Hands a worker's statistics to Micrometer, which the host brings along. All meters have the tag {@code stream}; tags
 * and values hold names and counts, no document content.
 *
 * <pre>
 * docmirror.lag           seconds the mirror has been known to be behind
 * docmirror.pending       about how many changes wait in the source, NaN if it does not tell
 * docmirror.state         1 for the state the worker is in (tag state), else 0
 * docmirror.batches       count and time of batches, from fetch to commit
 * docmirror.changes       documents by outcome (tag outcome: written, unchanged, skipped, parked, encrypted)
 * docmirror.rows          rows written or deleted (tag table)
 * docmirror.conflicts     decided conflicts
 * docmirror.archived      losing versions handed to the archive
 * docmirror.retries       failed tries
 * docmirror.rewound       older states the source repeated
 * docmirror.alarms        revisions that came with two bodies
 * </pre>
 */
public final class SyncMetrics implements MeterBinder {
    private final StreamId stream;
    private final Supplier<SyncStatistics> statistics;
    private final Set<String> tables;

    /**
     * @param statistics usually {@code worker::statistics}
     * @param tables whose rows are counted one by one
     */
    public SyncMetrics(StreamId stream, Supplier<SyncStatistics> statistics, Set<String> tables) {
        this.stream = stream;
        this.statistics = statistics;
        this.tables = Set.copyOf(tables);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "docmirror.lag", Tags.empty(), s -> s.lag().toNanos() / 1e9, "seconds");
        gauge(registry, "docmirror.pending", Tags.empty(), SyncMetrics::pending, "documents");
        for (SyncState state : SyncState.values()) {
            Tags tag = Tags.of("state", state.name().toLowerCase(Locale.ROOT));
            gauge(registry, "docmirror.state", tag, s -> s.state() == state ? 1 : 0, "");
        }
        FunctionTimer.builder(
                        "docmirror.batches",
                        statistics,
                        s -> s.get().batches(),
                        s -> s.get().batchTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags(Tags.empty()))
                .register(registry);
        counter(registry, "docmirror.changes", Tags.of("outcome", "written"), SyncStatistics::written);
        counter(registry, "docmirror.changes", Tags.of("outcome", "unchanged"), SyncStatistics::unchanged);
        counter(registry, "docmirror.changes", Tags.of("outcome", "skipped"), SyncStatistics::skipped);
        counter(registry, "docmirror.changes", Tags.of("outcome", "parked"), SyncStatistics::parked);
        counter(registry, "docmirror.changes", Tags.of("outcome", "encrypted"), SyncStatistics::encrypted);
        counter(registry, "docmirror.conflicts", Tags.empty(), SyncStatistics::conflicts);
        counter(registry, "docmirror.archived", Tags.empty(), SyncStatistics::archived);
        counter(registry, "docmirror.retries", Tags.empty(), SyncStatistics::retries);
        counter(registry, "docmirror.rewound", Tags.empty(), SyncStatistics::rewound);
        counter(registry, "docmirror.alarms", Tags.empty(), SyncStatistics::alarms);
        counter(registry, "docmirror.resolved.upstream", Tags.empty(), SyncStatistics::resolvedUpstream);
        for (String table : tables) {
            counter(
                    registry,
                    "docmirror.rows",
                    Tags.of("table", table),
                    s -> s.rowsByTable().getOrDefault(table, 0L));
        }
    }

    private static double pending(SyncStatistics s) {
        return s.pending().isPresent() ? s.pending().getAsLong() : Double.NaN;
    }

    private void gauge(
            MeterRegistry registry, String name, Tags tags, ToDoubleFunction<SyncStatistics> value, String unit) {
        Gauge.builder(name, statistics, s -> value.applyAsDouble(s.get()))
                .tags(tags(tags))
                .baseUnit(unit.isEmpty() ? null : unit)
                .strongReference(true)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, Tags tags, ToDoubleFunction<SyncStatistics> value) {
        FunctionCounter.builder(name, statistics, s -> value.applyAsDouble(s.get()))
                .tags(tags(tags))
                .register(registry);
    }

    private Tags tags(Tags more) {
        return more.and("stream", stream.value());
    }
}
