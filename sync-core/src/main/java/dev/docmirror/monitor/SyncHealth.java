package dev.docmirror.monitor;

import java.time.Instant;
import java.util.List;

/**
 * Whether all is well. It follows from a snapshot and thresholds alone; texts hold names, counts and times, no document
 * content.
 *
 * @param status the worst of the reasons' levels
 * @param reasons why it is not healthy, the worst first; none if it is
 * @param checkedAt when the snapshot was taken
 */
public record SyncHealth(Status status, List<Reason> reasons, Instant checkedAt) {
    public SyncHealth {
        reasons = List.copyOf(reasons);
    }

    /** How well. */
    public enum Status {
        HEALTHY,
        /** It works, but somebody should look at it. */
        DEGRADED,
        /** It does not work, or has fallen far behind. */
        UNHEALTHY
    }

    /** What can be wrong. Constants may be added; none changes its meaning. */
    public enum Code {
        /** A part could not be asked. */
        UNREACHABLE,
        /** The mirroring worker has ended. */
        WORKER_ENDED,
        /** The mirroring worker meets failures and tries again. */
        WORKER_RETRYING,
        /** The mirror is behind. */
        LAG,
        /** Cycles fail. */
        CYCLES_FAILING,
        /** The queue's worker meets failures and tries again. */
        PUSH_RETRYING,
        /** Many operations wait. */
        QUEUE_LENGTH,
        /** An operation has not been done for long. */
        QUEUE_AGE,
        /** Operations failed. */
        OPERATIONS_FAILED,
        /** Operations wait for a decision. */
        OPERATIONS_IN_CONFLICT,
        /** Operations wait behind others that failed or are in conflict. */
        OPERATIONS_BLOCKED,
        /** Many operations of a device failed. */
        DEVICES_FAILING,
        /** Archived versions wait for people. */
        OPEN_CONFLICTS,
        /** Documents could not be mirrored. */
        DEAD_LETTERS,
        /** A revision came with two bodies, or a document has signed versions that differ, since the worker was made. */
        INTEGRITY_ALARM
    }

    /**
     * Why it is not healthy.
     *
     * @param level how bad that is
     * @param text for people
     */
    public record Reason(Code code, Status level, String text) {}

    /** Judges a snapshot. */
    public static SyncHealth of(MonitorSnapshot snapshot, HealthThresholds thresholds) {
        List<Reason> reasons = new HealthRules(snapshot, thresholds).reasons();
        Status worst = reasons.isEmpty() ? Status.HEALTHY : reasons.get(0).level();
        return new SyncHealth(worst, reasons, snapshot.takenAt());
    }
}
