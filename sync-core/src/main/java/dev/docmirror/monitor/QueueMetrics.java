package dev.docmirror.monitor;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import dev.docmirror.error.SyncException;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a queue's figures to Micrometer, which the host brings along. All meters have the tag {@code queue}; a value is
 * NaN while the queue can't be asked. Tags and values hold names and counts, no document content. Devices and users are
 * left out: there may be any number of them.
 *
 * <pre>
 * docmirror.queue.operations   operations (tag state)
 * docmirror.queue.blocked      operations that wait behind one that is stuck
 * docmirror.queue.oldest       seconds since the oldest operation came that is not done, 0 if all are
 * docmirror.queue.completion   seconds from enqueueing to completion (tag phi: 0.5, 0.95, 0.99)
 * </pre>
 */
public final class QueueMetrics implements MeterBinder {
    private final String queue;
    private final Cached statistics;
    private final Clock clock;

    /**
     * @param queue what tells several queues apart
     * @param statistics usually {@code () -> store.statistics(QueueFilter.all())}
     * @param keep how long an answer, or a failure to get one, is good for: all gauges of one scrape share it
     */
    public QueueMetrics(String queue, Supplier<QueueStatistics> statistics, Duration keep) {
        this(queue, statistics, keep, Clock.systemUTC(), System::nanoTime);
    }

    QueueMetrics(
            String queue, Supplier<QueueStatistics> statistics, Duration keep, Clock clock, LongSupplier nanoTime) {
        this.queue = queue;
        this.statistics = new Cached(statistics, keep.toNanos(), nanoTime);
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (OperationState state : OperationState.values()) {
            Tags tag = Tags.of("state", state.name().toLowerCase(Locale.ROOT));
            gauge(registry, "docmirror.queue.operations", tag, s -> s.in(state), "operations");
        }
        gauge(registry, "docmirror.queue.blocked", Tags.empty(), QueueStatistics::blocked, "operations");
        gauge(registry, "docmirror.queue.oldest", Tags.empty(), this::oldest, "seconds");
        gauge(registry, "docmirror.queue.completion", Tags.of("phi", "0.5"), s -> seconds(s.median()), "seconds");
        gauge(registry, "docmirror.queue.completion", Tags.of("phi", "0.95"), s -> seconds(s.p95()), "seconds");
        gauge(registry, "docmirror.queue.completion", Tags.of("phi", "0.99"), s -> seconds(s.p99()), "seconds");
    }

    private double oldest(QueueStatistics now) {
        return now.oldestPending()
                .map(came -> seconds(Duration.between(came, clock.instant())))
                .orElse(0.0);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private void gauge(
            MeterRegistry registry, String name, Tags tags, ToDoubleFunction<QueueStatistics> value, String unit) {
        Gauge.builder(name, statistics, s -> s.get().map(value::applyAsDouble).orElse(Double.NaN))
                .tags(tags.and("queue", queue))
                .baseUnit(unit)
                .strongReference(true)
                .register(registry);
    }

    /** Asks once for all gauges of a scrape. Thread-safe. */
    private static final class Cached {
        // Its own: the class around it needs Micrometer, which may be missing.
        private static final Logger log = LoggerFactory.getLogger(Cached.class);

        private final Supplier<QueueStatistics> source;
        private final long keepNanos;
        private final LongSupplier nanoTime;
        private Optional<QueueStatistics> answer = Optional.empty();
        private long asked;
        private boolean ever;

        Cached(Supplier<QueueStatistics> source, long keepNanos, LongSupplier nanoTime) {
            this.source = source;
            this.keepNanos = keepNanos;
            this.nanoTime = nanoTime;
        }

        synchronized Optional<QueueStatistics> get() {
            if (!ever || nanoTime.getAsLong() - asked >= keepNanos) {
                answer = ask();
                asked = nanoTime.getAsLong();
                ever = true;
            }
            return answer;
        }

        private Optional<QueueStatistics> ask() {
            try {
                return Optional.of(source.get());
            } catch (SyncException e) {
                log.debug("the queue can't be asked: {}", e.getMessage());
                return Optional.empty();
            }
        }
    }
}
