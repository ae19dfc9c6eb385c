package dev.docmirror.queue;

import java.time.Duration;
import java.util.function.Consumer;

/** The settings of a {@link QueueWorker}. Immutable; each {@code withX} returns a changed copy. */
public final class QueueOptions {
    private static final QueueOptions DEFAULTS = new QueueOptions(new Values());
    private static final Duration SHORTEST_LEASE = Duration.ofMillis(300);
    private static final int LONGEST_NAME = 150;

    private final Values values;

    private QueueOptions(Values values) {
        this.values = values;
    }

    /** The defaults that each setting names. */
    public static QueueOptions defaults() {
        return DEFAULTS;
    }

    /** The most operations in a batch, which is one read and one write of the source. Default 100. */
    public QueueOptions withBatchSize(int operations) {
        check("batchSize", operations >= 1, ">= 1", operations);
        return with(v -> v.batchSize = operations);
    }

    /**
     * After which time the operations of a worker that crashed go to another one; the lease is renewed three times in
     * that time. Default 30 s.
     */
    public QueueOptions withLease(Duration time) {
        check("lease", time.compareTo(SHORTEST_LEASE) >= 0, ">= 300 ms", time);
        return with(v -> v.lease = time);
    }

    /** How often an operation is tried by itself before somebody has to. Default 3. */
    public QueueOptions withMaxAttempts(int attempts) {
        check("maxAttempts", attempts >= 1, ">= 1", attempts);
        return with(v -> v.maxAttempts = attempts);
    }

    /**
     * Delays after failures: the n-th is a random time up to {@code base * 2^(n-1)}, at most {@code cap} (full jitter),
     * or what the other side asked for in {@code Retry-After}, if that is longer, at most 5 minutes. Default 500 ms and
     * 30 s.
     */
    public QueueOptions withBackoff(Duration base, Duration cap) {
        positive("backoff base", base);
        check("backoff cap", cap.compareTo(base) >= 0, ">= base", cap);
        return with(v -> {
            v.backoffBase = base;
            v.backoffCap = cap;
        });
    }

    /** How long the worker waits before it looks again, when nothing was due. Default 1 s. */
    public QueueOptions withPollInterval(Duration interval) {
        positive("pollInterval", interval);
        return with(v -> v.pollInterval = interval);
    }

    /** How long {@link QueueWorker#close()} waits for the batch in hand before it interrupts. Default 8 s. */
    public QueueOptions withCloseTimeout(Duration timeout) {
        positive("closeTimeout", timeout);
        return with(v -> v.closeTimeout = timeout);
    }

    /** What names this process in the audit. Default: the process id. */
    public QueueOptions withOwner(String name) {
        check("owner", !name.isBlank() && name.length() <= LONGEST_NAME, "1 to 150 characters", name.length());
        return with(v -> v.owner = name);
    }

    public int batchSize() {
        return values.batchSize;
    }

    public Duration lease() {
        return values.lease;
    }

    public int maxAttempts() {
        return values.maxAttempts;
    }

    public Duration backoffBase() {
        return values.backoffBase;
    }

    public Duration backoffCap() {
        return values.backoffCap;
    }

    public Duration pollInterval() {
        return values.pollInterval;
    }

    public Duration closeTimeout() {
        return values.closeTimeout;
    }

    public String owner() {
        return values.owner;
    }

    private QueueOptions with(Consumer<Values> change) {
        Values copy = values.copy();
        change.accept(copy);
        return new QueueOptions(copy);
    }

    private static void positive(String property, Duration value) {
        check(property, value.toMillis() >= 1, ">= 1 ms", value);
    }

    private static void check(String property, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(property + ": must be " + rule + ", was " + value);
        }
    }

    private static final class Values implements Cloneable {
        private int batchSize = 100;
        private Duration lease = Duration.ofSeconds(30);
        private int maxAttempts = 3;
        private Duration backoffBase = Duration.ofMillis(500);
        private Duration backoffCap = Duration.ofSeconds(30);
        private Duration pollInterval = Duration.ofSeconds(1);
        private Duration closeTimeout = Duration.ofSeconds(8);
        private String owner = "pid " + ProcessHandle.current().pid();

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
