package dev.docmirror.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import dev.docmirror.SyncState;
import dev.docmirror.cycle.CycleStanding;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.monitor.SyncHealth.Code;
import dev.docmirror.monitor.SyncHealth.Status;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SyncHealthTest {
    private static final HealthThresholds DEFAULTS = HealthThresholds.defaults();

    private static SyncException down() {
        return new TransientSyncException("the source is down", null);
    }

    private static SyncHealth judge(MonitorSnapshot snapshot) {
        return SyncHealth.of(snapshot, DEFAULTS);
    }

    private static void assertHealthy(MonitorSnapshot snapshot, HealthThresholds thresholds) {
        assertThat(SyncHealth.of(snapshot, thresholds).reasons()).isEmpty();
    }

    private static void assertReason(MonitorSnapshot snapshot, HealthThresholds thresholds, Status level, Code code) {
        SyncHealth health = SyncHealth.of(snapshot, thresholds);
        assertThat(health.status()).isEqualTo(level);
        assertThat(health.reasons()).singleElement().satisfies(reason -> {
            assertThat(reason.code()).isEqualTo(code);
            assertThat(reason.level()).isEqualTo(level);
            assertThat(reason.text()).isNotBlank();
        });
    }

    private static MonitorSnapshot worker(SyncState state, Duration lag) {
        return Snapshots.of(Snapshots.worker(state, lag, 0));
    }

    private static MonitorSnapshot pending(long operations) {
        return Snapshots.of(Snapshots.queue(Map.of(OperationState.PENDING, operations)));
    }

    private static MonitorSnapshot oldest(Duration age) {
        return Snapshots.of(Snapshots.queue(Map.of(), 0, Optional.of(Snapshots.NOW.minus(age)), Map.of(), Map.of()));
    }

    @Test
    void nothingKnown_isHealthy() {
        SyncHealth health = judge(Snapshots.NOTHING);
        assertThat(health.status()).isEqualTo(Status.HEALTHY);
        assertThat(health.reasons()).isEmpty();
        assertThat(health.checkedAt()).isEqualTo(Snapshots.NOW);
    }

    @Test
    void worker_eachState_isJudged() {
        for (SyncState state : List.of(SyncState.STARTING, SyncState.STANDBY, SyncState.CATCHING_UP, SyncState.LIVE)) {
            assertHealthy(worker(state, Duration.ZERO), DEFAULTS);
        }
        for (SyncState state : List.of(SyncState.HALTED, SyncState.FAILED, SyncState.STOPPED)) {
            assertReason(worker(state, Duration.ofDays(1)), DEFAULTS, Status.UNHEALTHY, Code.WORKER_ENDED);
        }
        assertReason(worker(SyncState.RETRYING, Duration.ZERO), DEFAULTS, Status.DEGRADED, Code.WORKER_RETRYING);
    }

    @Test
    void lag_warningAndCritical_areJudged_butNotOnANodeThatStandsBy() {
        assertHealthy(worker(SyncState.LIVE, Duration.ofSeconds(59)), DEFAULTS);
        assertReason(worker(SyncState.LIVE, Duration.ofMinutes(1)), DEFAULTS, Status.DEGRADED, Code.LAG);
        assertReason(worker(SyncState.CATCHING_UP, Duration.ofMinutes(30)), DEFAULTS, Status.UNHEALTHY, Code.LAG);
        assertHealthy(worker(SyncState.STANDBY, Duration.ofDays(1)), DEFAULTS);
        HealthThresholds patient = DEFAULTS.withLag(Duration.ofHours(1), Duration.ofHours(2));
        assertHealthy(worker(SyncState.LIVE, Duration.ofMinutes(59)), patient);
    }

    @Test
    void alarms_degrade() {
        assertReason(
                Snapshots.of(Snapshots.worker(SyncState.LIVE, Duration.ZERO, 1)),
                DEFAULTS,
                Status.DEGRADED,
                Code.INTEGRITY_ALARM);
    }

    @Test
    void pending_seedsThresholds_areKept() {
        assertHealthy(pending(99), DEFAULTS);
        assertReason(pending(100), DEFAULTS, Status.DEGRADED, Code.QUEUE_LENGTH);
        assertReason(pending(500), DEFAULTS, Status.DEGRADED, Code.QUEUE_LENGTH);
        assertReason(pending(501), DEFAULTS, Status.UNHEALTHY, Code.QUEUE_LENGTH);
        assertHealthy(pending(501), DEFAULTS.withPending(600, 700));
    }

    @Test
    void oldestPending_growsOld_isJudged() {
        assertHealthy(oldest(Duration.ofMinutes(59)), DEFAULTS);
        assertReason(oldest(Duration.ofHours(1)), DEFAULTS, Status.DEGRADED, Code.QUEUE_AGE);
        assertReason(oldest(Duration.ofHours(24)), DEFAULTS, Status.UNHEALTHY, Code.QUEUE_AGE);
        assertHealthy(oldest(Duration.ofHours(24)), DEFAULTS.withOldestPending(Duration.ofDays(2), Duration.ofDays(3)));
    }

    @Test
    void failedConflictingAndBlockedOperations_degrade() {
        MonitorSnapshot failed = Snapshots.of(Snapshots.queue(Map.of(OperationState.FAILED, 1L)));
        assertReason(failed, DEFAULTS, Status.DEGRADED, Code.OPERATIONS_FAILED);
        assertHealthy(failed, DEFAULTS.withFailedOperations(1));
        MonitorSnapshot conflicts = Snapshots.of(Snapshots.queue(Map.of(OperationState.CONFLICT, 11L)));
        assertReason(conflicts, DEFAULTS, Status.DEGRADED, Code.OPERATIONS_IN_CONFLICT);
        assertHealthy(conflicts, DEFAULTS.withOpenConflicts(11));
        QueueStatistics blocked = Snapshots.queue(Map.of(), 1, Optional.empty(), Map.of(), Map.of());
        assertReason(Snapshots.of(blocked), DEFAULTS, Status.DEGRADED, Code.OPERATIONS_BLOCKED);
    }

    @Test
    void devices_failInMoreThanATenth_degrade_andTheWorstIsNamed() {
        MonitorSnapshot tenth = devices(Map.of("tablet-1", 1L), Map.of("tablet-1", 10L));
        assertHealthy(tenth, DEFAULTS);
        MonitorSnapshot more = devices(
                Map.of("tablet-1", 2L, "tablet-2", 3L, "tablet-3", 1L),
                Map.of("tablet-1", 10L, "tablet-2", 4L, "tablet-3", 100L));
        assertReason(more, DEFAULTS, Status.DEGRADED, Code.DEVICES_FAILING);
        assertThat(judge(more).reasons().get(0).text())
                .isEqualTo("2 devices fail in more than 10.0 % of their operations, most of all tablet-2 in 75.0 %");
        assertHealthy(more, DEFAULTS.withDeviceFailureRate(0.75));
    }

    private static MonitorSnapshot devices(Map<String, Long> failed, Map<String, Long> total) {
        return Snapshots.of(Snapshots.queue(Map.of(), 0, Optional.empty(), failed, total));
    }

    @Test
    void openConflictsAndDeadLetters_degrade() {
        QueueStatistics idle = Snapshots.queue(Map.of());
        MonitorSnapshot conflicts = Snapshots.of(idle, OptionalLong.of(11), OptionalLong.of(0));
        assertReason(conflicts, DEFAULTS, Status.DEGRADED, Code.OPEN_CONFLICTS);
        assertHealthy(conflicts, DEFAULTS.withOpenConflicts(11));
        MonitorSnapshot letters = Snapshots.of(idle, OptionalLong.of(10), OptionalLong.of(1));
        assertReason(letters, DEFAULTS, Status.DEGRADED, Code.DEAD_LETTERS);
        assertHealthy(letters, DEFAULTS.withDeadLetters(1));
    }

    @Test
    void cycles_failOnce_degrade_andAgainAndAgain_areUnhealthy() {
        assertHealthy(cycles(0), DEFAULTS);
        assertReason(cycles(2), DEFAULTS, Status.DEGRADED, Code.CYCLES_FAILING);
        assertReason(cycles(3), DEFAULTS, Status.UNHEALTHY, Code.CYCLES_FAILING);
        assertReason(cycles(3), DEFAULTS.withCycleFailures(4), Status.DEGRADED, Code.CYCLES_FAILING);
    }

    private static MonitorSnapshot cycles(int failures) {
        CycleStanding standing =
                new CycleStanding(Optional.empty(), failures, failures == 0 ? Optional.empty() : Optional.of(down()));
        return new MonitorSnapshot(
                Snapshots.NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.of(standing),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Set.of());
    }

    @Test
    void severalReasons_theWorstComesFirst_andDecides() {
        SyncHealth health = judge(new MonitorSnapshot(
                Snapshots.NOW,
                Optional.of(Snapshots.worker(SyncState.FAILED, Duration.ZERO, 0)),
                Optional.of(down()),
                Optional.empty(),
                Optional.of(down()),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.of(3),
                OptionalLong.empty(),
                Set.of("queue", "archive")));
        assertThat(health.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(health.reasons())
                .extracting(SyncHealth.Reason::code)
                .containsExactly(Code.UNREACHABLE, Code.WORKER_ENDED, Code.PUSH_RETRYING, Code.DEAD_LETTERS);
        assertThat(health.reasons().get(0).text()).isEqualTo("could not ask: archive, queue");
        assertThat(health.reasons().get(1).text()).endsWith("the source is down");
    }

    @Test
    void thresholds_impossible_areRefused() {
        assertThatThrownBy(() -> DEFAULTS.withPending(0, 1)).hasMessageContaining("pending: must be");
        assertThatThrownBy(() -> DEFAULTS.withPending(2, 1)).hasMessageContaining("pending: must be");
        assertThatThrownBy(() -> DEFAULTS.withLag(Duration.ZERO, Duration.ZERO)).hasMessageContaining("lag: must be");
        assertThatThrownBy(() -> DEFAULTS.withOldestPending(Duration.ofDays(2), Duration.ofDays(1)))
                .hasMessageContaining("oldestPending: must be");
        assertThatThrownBy(() -> DEFAULTS.withCycleFailures(0)).hasMessageContaining("cycleFailures: must be");
        assertThatThrownBy(() -> DEFAULTS.withFailedOperations(-1)).hasMessageContaining("failedOperations: must be");
        assertThatThrownBy(() -> DEFAULTS.withOpenConflicts(-1)).hasMessageContaining("openConflicts: must be");
        assertThatThrownBy(() -> DEFAULTS.withDeadLetters(-1)).hasMessageContaining("deadLetters: must be");
        assertThatThrownBy(() -> DEFAULTS.withDeviceFailureRate(1.1))
                .hasMessageContaining("deviceFailureRate: must be");
    }
}
