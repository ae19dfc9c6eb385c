package dev.docmirror.monitor;

import java.time.Duration;
import java.util.function.Consumer;

/** From when on {@link SyncHealth} is not healthy any more. Immutable; each {@code withX} returns a changed copy. */
public final class HealthThresholds {
    private static final HealthThresholds DEFAULTS = new HealthThresholds(new Values());

    private final Values values;

    private HealthThresholds(Values values) {
        this.values = values;
    }

    /** The defaults that each threshold names. */
    public static HealthThresholds defaults() {
        return DEFAULTS;
    }

    /** Operations that wait: degraded from the warning on, unhealthy above the critical number. Default 100 and 500. */
    public HealthThresholds withPending(long warning, long critical) {
        check("pending", warning >= 1 && critical >= warning, "1 <= warning <= critical", warning + ", " + critical);
        return with(v -> {
            v.pendingWarning = warning;
            v.pendingCritical = critical;
        });
    }

    /**
     * Age of the oldest operation that is not done: degraded from the warning on, unhealthy from the critical age on.
     * Default 1 hour and 24 hours.
     */
    public HealthThresholds withOldestPending(Duration warning, Duration critical) {
        ordered("oldestPending", warning, critical);
        return with(v -> {
            v.ageWarning = warning;
            v.ageCritical = critical;
        });
    }

    /**
     * How long the mirror is behind: degraded from the warning on, unhealthy from the critical time on. Default 1 minute
     * and 30 minutes.
     */
    public HealthThresholds withLag(Duration warning, Duration critical) {
        ordered("lag", warning, critical);
        return with(v -> {
            v.lagWarning = warning;
            v.lagCritical = critical;
        });
    }

    /** Cycles that failed in a row: degraded from the first, unhealthy from this many on. Default 3. */
    public HealthThresholds withCycleFailures(int critical) {
        check("cycleFailures", critical >= 1, ">= 1", critical);
        return with(v -> v.cycleFailures = critical);
    }

    /** More operations in FAILED than this: degraded. Default 0. */
    public HealthThresholds withFailedOperations(long most) {
        check("failedOperations", most >= 0, ">= 0", most);
        return with(v -> v.failedOperations = most);
    }

    /**
     * More conflicts than this that wait for people, counted apart in the archive and in the queue: degraded. Default 10.
     */
    public HealthThresholds withOpenConflicts(int most) {
        check("openConflicts", most >= 0 && most < Integer.MAX_VALUE, "0 to 2^31-2", most);
        return with(v -> v.openConflicts = most);
    }

    /** More dead letters than this: degraded. Default 0. */
    public HealthThresholds withDeadLetters(long most) {
        check("deadLetters", most >= 0, ">= 0", most);
        return with(v -> v.deadLetters = most);
    }

    /** Devices of whose operations a greater part failed than this: degraded. Default 0.1, which is 10 %. */
    public HealthThresholds withDeviceFailureRate(double most) {
        check("deviceFailureRate", most >= 0 && most <= 1, "0 to 1", most);
        return with(v -> v.deviceFailureRate = most);
    }

    long pendingWarning() {
        return values.pendingWarning;
    }

    long pendingCritical() {
        return values.pendingCritical;
    }

    Duration ageWarning() {
        return values.ageWarning;
    }

    Duration ageCritical() {
        return values.ageCritical;
    }

    Duration lagWarning() {
        return values.lagWarning;
    }

    Duration lagCritical() {
        return values.lagCritical;
    }

    int cycleFailures() {
        return values.cycleFailures;
    }

    long failedOperations() {
        return values.failedOperations;
    }

    int openConflicts() {
        return values.openConflicts;
    }

    long deadLetters() {
        return values.deadLetters;
    }

    double deviceFailureRate() {
        return values.deviceFailureRate;
    }

    private HealthThresholds with(Consumer<Values> change) {
        Values copy = values.copy();
        change.accept(copy);
        return new HealthThresholds(copy);
    }

    private static void ordered(String property, Duration warning, Duration critical) {
        boolean ok = warning.compareTo(Duration.ZERO) > 0 && critical.compareTo(warning) >= 0;
        check(property, ok, "0 < warning <= critical", warning + ", " + critical);
    }

    private static void check(String property, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(property + ": must be " + rule + ", was " + value);
        }
    }

    private static final class Values implements Cloneable {
        private long pendingWarning = 100;
        private long pendingCritical = 500;
        private Duration ageWarning = Duration.ofHours(1);
        private Duration ageCritical = Duration.ofHours(24);
        private Duration lagWarning = Duration.ofMinutes(1);
        private Duration lagCritical = Duration.ofMinutes(30);
        private int cycleFailures = 3;
        private long failedOperations;
        private int openConflicts = 10;
        private long deadLetters;
        private double deviceFailureRate = 0.1;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
