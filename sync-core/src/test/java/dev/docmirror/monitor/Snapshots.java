package dev.docmirror.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import dev.docmirror.SyncState;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/** Snapshots to judge. */
final class Snapshots {
    static final Instant NOW = Instant.parse("2026-02-17T04:45:00Z");
    static final MonitorSnapshot NOTHING = new MonitorSnapshot(
            NOW,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Set.of());

    private Snapshots() {}

    static MonitorSnapshot of(SyncStatistics worker) {
        return new MonitorSnapshot(
                NOW,
                Optional.of(worker),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Set.of());
    }

    static MonitorSnapshot encrypted(long documents) {
        return new MonitorSnapshot(
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.of(0),
                OptionalLong.of(documents),
                Set.of());
    }

    static MonitorSnapshot of(QueueStatistics queue) {
        return of(queue, OptionalLong.empty(), OptionalLong.empty());
    }

    static MonitorSnapshot of(QueueStatistics queue, OptionalLong openConflicts, OptionalLong deadLetters) {
        return new MonitorSnapshot(
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(queue),
                openConflicts,
                deadLetters,
                OptionalLong.empty(),
                Set.of());
    }

    static SyncStatistics worker(SyncState state, Duration lag, long alarms) {
        return new SyncStatistics(
                state,
                0,
                Duration.ZERO,
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                0,
                0,
                0,
                0,
                0,
                0,
                alarms,
                0,
                OptionalLong.empty(),
                lag);
    }

    static QueueStatistics queue(Map<OperationState, Long> states) {
        return queue(states, 0, Optional.empty(), Map.of(), Map.of());
    }

    static QueueStatistics queue(
            Map<OperationState, Long> states,
            long blocked,
            Optional<Instant> oldest,
            Map<String, Long> failed,
            Map<String, Long> total) {
        return new QueueStatistics(
                states,
                blocked,
                oldest,
                Optional.empty(),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                failed,
                total);
    }
}
