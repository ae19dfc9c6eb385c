package dev.docmirror.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueueMetricsTest {
    private static final Clock CLOCK = Clock.fixed(Snapshots.NOW, ZoneOffset.UTC);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger questions = new AtomicInteger();
    private boolean down;

    private QueueStatistics ask() {
        questions.incrementAndGet();
        if (down) {
            throw new TransientSyncException("the queue is down", null);
        }
        return Snapshots.queue(
                Map.of(OperationState.PENDING, 7L, OperationState.FAILED, 2L),
                3,
                Optional.of(Snapshots.NOW.minusSeconds(90)),
                Map.of(),
                Map.of());
    }

    private void bind() {
        new QueueMetrics("outbound", this::ask, Duration.ofSeconds(5), CLOCK, nanos::get).bindTo(registry);
    }

    private double value(String name, String... tags) {
        return registry.get(name).tag("queue", "outbound").tags(tags).gauge().value();
    }

    @Test
    void gauges_showTheQueue_withOneQuestionForAll() {
        bind();
        assertThat(value("docmirror.queue.operations", "state", "pending")).isEqualTo(7);
        assertThat(value("docmirror.queue.operations", "state", "failed")).isEqualTo(2);
        assertThat(value("docmirror.queue.operations", "state", "conflict")).isZero();
        assertThat(value("docmirror.queue.blocked")).isEqualTo(3);
        assertThat(value("docmirror.queue.oldest")).isEqualTo(90);
        assertThat(value("docmirror.queue.completion", "phi", "0.5")).isEqualTo(0.5);
        assertThat(value("docmirror.queue.completion", "phi", "0.95")).isEqualTo(2);
        assertThat(value("docmirror.queue.completion", "phi", "0.99")).isEqualTo(3);
        assertThat(questions).hasValue(1);
    }

    @Test
    void gauges_queueIsDown_areNaN_andItIsAskedAgainOnlyLater() {
        down = true;
        bind();
        assertThat(value("docmirror.queue.blocked")).isNaN();
        down = false;
        assertThat(value("docmirror.queue.operations", "state", "pending")).isNaN();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(value("docmirror.queue.operations", "state", "pending")).isEqualTo(7);
        assertThat(questions).hasValue(2);
    }
}
