package dev.docmirror.examples.backend.health;

import dev.docmirror.monitor.HealthThresholds;
import dev.docmirror.monitor.SyncHealth;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** The sync's health: UP, DEGRADED (it works, but somebody should look) or DOWN, with the reasons, which hold no content. */
final class SyncHealthIndicator implements HealthIndicator {
    static final Status DEGRADED = new Status("DEGRADED");

    private final RecentSnapshot snapshot;

    SyncHealthIndicator(RecentSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    @Override
    public Health health() {
        SyncHealth health = SyncHealth.of(snapshot.get(), HealthThresholds.defaults());
        return Health.status(status(health.status()))
                .withDetail(
                        "reasons",
                        health.reasons().stream()
                                .map(reason -> reason.code() + ": " + reason.text())
                                .toList())
                .withDetail("checkedAt", health.checkedAt().toString())
                .build();
    }

    private static Status status(SyncHealth.Status status) {
        return switch (status) {
            case HEALTHY -> Status.UP;
            case DEGRADED -> DEGRADED;
            case UNHEALTHY -> Status.DOWN;
        };
    }
}
