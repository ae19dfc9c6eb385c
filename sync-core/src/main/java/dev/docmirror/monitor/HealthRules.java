package dev.docmirror.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import dev.docmirror.SyncState;
import dev.docmirror.cycle.CycleStanding;
import dev.docmirror.internal.Text;
import dev.docmirror.monitor.SyncHealth.Code;
import dev.docmirror.monitor.SyncHealth.Reason;
import dev.docmirror.monitor.SyncHealth.Status;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/** Finds what is wrong in one snapshot. Confined to one thread. */
final class HealthRules {
    private final MonitorSnapshot snapshot;
    private final HealthThresholds thresholds;
    private final List<Reason> reasons = new ArrayList<>();

    HealthRules(MonitorSnapshot snapshot, HealthThresholds thresholds) {
        this.snapshot = snapshot;
        this.thresholds = thresholds;
    }

    /** The worst first. */
    List<Reason> reasons() {
        if (!snapshot.unreachable().isEmpty()) {
            unhealthy(Code.UNREACHABLE, "could not ask: " + String.join(", ", new TreeSet<>(snapshot.unreachable())));
        }
        snapshot.worker().ifPresent(this::worker);
        snapshot.cycles().filter(cycles -> cycles.failures() > 0).ifPresent(this::cycles);
        snapshot.queueWorkerFailure()
                .ifPresent(
                        cause -> degraded(Code.PUSH_RETRYING, "the queue's worker tries again: " + cause.getMessage()));
        snapshot.queue().ifPresent(this::queue);
        snapshot.openConflicts().ifPresent(this::openConflicts);
        snapshot.deadLetters().ifPresent(this::deadLetters);
        reasons.sort(Comparator.comparing(Reason::level).reversed());
        return reasons;
    }

    private void worker(SyncStatistics worker) {
        SyncState state = worker.state();
        if (state.isTerminal()) {
            unhealthy(
                    Code.WORKER_ENDED,
                    "the worker is " + state
                            + snapshot.workerFailure()
                                    .map(cause -> ": " + cause.getMessage())
                                    .orElse(""));
        } else if (state == SyncState.RETRYING) {
            degraded(Code.WORKER_RETRYING, "the worker meets failures and tries again");
        }
        // Who stands by does not know how far the one is that mirrors.
        boolean mirrors = !state.isTerminal() && state != SyncState.STANDBY;
        if (mirrors && isAtLeast(worker.lag(), thresholds.lagWarning())) {
            boolean critical = isAtLeast(worker.lag(), thresholds.lagCritical());
            add(
                    Code.LAG,
                    critical,
                    "the mirror has been behind for " + worker.lag().toSeconds() + " s");
        }
        if (worker.alarms() > 0) {
            degraded(Code.INTEGRITY_ALARM, counted(worker.alarms(), "integrity alarm") + " since the worker was made");
        }
    }

    private void cycles(CycleStanding cycles) {
        boolean critical = cycles.failures() >= thresholds.cycleFailures();
        String why =
                cycles.lastFailure().map(cause -> ": " + cause.getMessage()).orElse("");
        add(Code.CYCLES_FAILING, critical, counted(cycles.failures(), "cycle") + " in a row failed" + why);
    }

    private void queue(QueueStatistics queue) {
        long pending = queue.in(OperationState.PENDING);
        if (pending >= thresholds.pendingWarning()) {
            add(Code.QUEUE_LENGTH, pending > thresholds.pendingCritical(), pending + " operations wait");
        }
        queue.oldestPending()
                .map(oldest -> Duration.between(oldest, snapshot.takenAt()))
                .ifPresent(this::age);
        long failed = queue.in(OperationState.FAILED);
        if (failed > thresholds.failedOperations()) {
            degraded(Code.OPERATIONS_FAILED, counted(failed, "operation") + " failed");
        }
        long conflicts = queue.in(OperationState.CONFLICT);
        if (conflicts > thresholds.openConflicts()) {
            degraded(Code.OPERATIONS_IN_CONFLICT, conflicts + " operations wait for a decision");
        }
        if (queue.blocked() > 0) {
            degraded(Code.OPERATIONS_BLOCKED, queue.blocked() + " operations wait behind others that are stuck");
        }
        devices(queue);
    }

    private void age(Duration age) {
        if (isAtLeast(age, thresholds.ageWarning())) {
            boolean critical = isAtLeast(age, thresholds.ageCritical());
            add(Code.QUEUE_AGE, critical, "the oldest operation has not been done for " + age.toSeconds() + " s");
        }
    }

    private void devices(QueueStatistics queue) {
        Comparator<Map.Entry<String, Double>> byRate = Map.Entry.comparingByValue();
        List<Map.Entry<String, Double>> failing = queue.failedByDevice().entrySet().stream()
                .map(failed -> Map.entry(failed.getKey(), rate(failed, queue)))
                .filter(device -> device.getValue() > thresholds.deviceFailureRate())
                .sorted(byRate.reversed().thenComparing(Map.Entry.comparingByKey()))
                .toList();
        if (!failing.isEmpty()) {
            Map.Entry<String, Double> worst = failing.get(0);
            degraded(
                    Code.DEVICES_FAILING,
                    String.format(
                            Locale.ROOT,
                            "%d devices fail in more than %.1f %% of their operations, most of all %s in %.1f %%",
                            failing.size(),
                            100 * thresholds.deviceFailureRate(),
                            Text.printable(worst.getKey()),
                            100 * worst.getValue()));
        }
    }

    private static double rate(Map.Entry<String, Long> failed, QueueStatistics queue) {
        long total = queue.totalByDevice().getOrDefault(failed.getKey(), failed.getValue());
        return total == 0 ? 0 : (double) failed.getValue() / total;
    }

    private void openConflicts(long open) {
        if (open > thresholds.openConflicts()) {
            degraded(Code.OPEN_CONFLICTS, open + " archived versions wait for people");
        }
    }

    private void deadLetters(long letters) {
        if (letters > thresholds.deadLetters()) {
            degraded(Code.DEAD_LETTERS, counted(letters, "document") + " could not be mirrored");
        }
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void degraded(Code code, String text) {
        add(code, false, text);
    }

    private void unhealthy(Code code, String text) {
        add(code, true, text);
    }

    private void add(Code code, boolean critical, String text) {
        reasons.add(new Reason(code, critical ? Status.UNHEALTHY : Status.DEGRADED, text));
    }

    private static boolean isAtLeast(Duration time, Duration limit) {
        return time.compareTo(limit) >= 0;
    }
}
