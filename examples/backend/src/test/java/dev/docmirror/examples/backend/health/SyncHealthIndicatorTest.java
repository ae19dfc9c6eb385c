package dev.docmirror.examples.backend.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.docmirror.monitor.MonitorSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

class SyncHealthIndicatorTest {
    private final AtomicLong nanoTime = new AtomicLong();

    private static MonitorSnapshot snapshot(long deadLetters, String... unreachable) {
        return new MonitorSnapshot(
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.of(deadLetters),
                OptionalLong.empty(),
                Set.of(unreachable));
    }

    private Health health(MonitorSnapshot snapshot) {
        return new SyncHealthIndicator(new RecentSnapshot(() -> snapshot, nanoTime::get)).health();
    }

    @Test
    void health_healthy_isUpWithoutReasons() {
        Health health = health(snapshot(0));

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails().get("reasons")).isEqualTo(List.of());
    }

    @Test
    void health_degraded_saysWhy() {
        Health health = health(snapshot(3));

        assertThat(health.getStatus()).isEqualTo(new Status("DEGRADED"));
        assertThat(health.getDetails().get("reasons"))
                .isEqualTo(List.of("DEAD_LETTERS: 3 documents could not be mirrored"));
    }

    @Test
    void health_unhealthy_isDownAndSaysTheWorstFirst() {
        Health health = health(snapshot(3, "queue"));

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails().get("reasons"))
                .isEqualTo(List.of(
                        "UNREACHABLE: could not ask: queue", "DEAD_LETTERS: 3 documents could not be mirrored"));
    }

    @Test
    void snapshot_askedOften_isKeptForTwoSeconds() {
        AtomicInteger asked = new AtomicInteger();
        RecentSnapshot recent = new RecentSnapshot(() -> snapshot(asked.incrementAndGet()), nanoTime::get);
        recent.get();
        nanoTime.addAndGet(Duration.ofMillis(1_999).toNanos());
        recent.get();
        assertThat(asked).hasValue(1);
        nanoTime.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(recent.get().deadLetters()).hasValue(2);
    }

    @Test
    void metrics_ofASnapshot_areItsFigures() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new MonitorMetrics("clinic", new RecentSnapshot(() -> snapshot(3), nanoTime::get)).bindTo(registry);

        assertThat(registry.get("docmirror.dead.letters").gauge().value()).isEqualTo(3);
        assertThat(registry.get("docmirror.open.conflicts").gauge().value()).isNaN();
        assertThat(registry.get("docmirror.health")
                        .tag("status", "degraded")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("docmirror.health")
                        .tag("status", "healthy")
                        .gauge()
                        .value())
                .isZero();
    }
}
