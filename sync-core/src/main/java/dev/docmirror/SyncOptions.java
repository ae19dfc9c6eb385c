package dev.docmirror;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import dev.docmirror.change.BatchLimits;

/** The settings of a {@link SyncWorker}. Immutable; each {@code withX} returns a changed copy. */
public final class SyncOptions {
    private static final SyncOptions DEFAULTS = new SyncOptions(new Values());

    private final Values values;

    private SyncOptions(Values values) {
        this.values = values;
    }

    /** The defaults that each setting names. */
    public static SyncOptions defaults() {
        return DEFAULTS;
    }

    /** The most documents in a batch, which is one transaction. Default 2,000. */
    public SyncOptions withBatchSize(int documents) {
        check("batchSize", documents >= 1, ">= 1", documents);
        return with(v -> v.batchSize = documents);
    }

    /**
     * The most bytes of documents in a batch, bar a single larger one. About three batches are in memory at a time.
     * Default 16 MiB.
     */
    public SyncOptions withBatchBytes(long bytes) {
        check("batchBytes", bytes >= 1, ">= 1", bytes);
        return with(v -> v.batchBytes = bytes);
    }

    /** How long one request waits at the end of the feed for a change. Default 30 s. */
    public SyncOptions withPollWait(Duration wait) {
        positive("pollWait", wait);
        return with(v -> v.pollWait = wait);
    }

    /** How long the lease outlives a worker that crashed; it is renewed three times in that time. Default 30 s. */
    public SyncOptions withLeaseTtl(Duration ttl) {
        check("leaseTtl", ttl.compareTo(Duration.ofMillis(300)) >= 0, ">= 300 ms", ttl);
        return with(v -> v.leaseTtl = ttl);
    }

    /**
     * Delays after failures: the n-th is a random time up to {@code base * 2^(n-1)}, at most {@code cap} (full jitter),
     * or what the other side asked for in {@code Retry-After}, if that is longer, at most 5 minutes. Default 500 ms and
     * 30 s.
     */
    public SyncOptions withBackoff(Duration base, Duration cap) {
        positive("backoff base", base);
        check("backoff cap", cap.compareTo(base) >= 0, ">= base", cap);
        return with(v -> {
            v.backoffBase = base;
            v.backoffCap = cap;
        });
    }

    /** After which time of failures in a row the worker gives up and is {@link SyncState#FAILED}. Default: never. */
    public SyncOptions withGiveUpAfter(Duration time) {
        positive("giveUpAfter", time);
        return with(v -> v.giveUpAfter = Optional.of(time));
    }

    /**
     * When parking stops and the worker is {@link SyncState#FAILED}: more than {@code share} of a batch of at least
     * {@code minimum} documents could not be mirrored. Default more than 0.5 of at least 20.
     */
    public SyncOptions withSystemicFailure(double share, int minimum) {
        check("systemicFailure share", share > 0 && share <= 1, "in (0, 1]", share);
        check("systemicFailure minimum", minimum >= 1, ">= 1", minimum);
        return with(v -> {
            v.systemicShare = share;
            v.systemicMinimum = minimum;
        });
    }

    /** How long {@link SyncWorker#close()} waits for the batch in hand before it interrupts. Default 8 s. */
    public SyncOptions withCloseTimeout(Duration timeout) {
        positive("closeTimeout", timeout);
        return with(v -> v.closeTimeout = timeout);
    }

    /** What names this process beside its lease, for people. Default: the process id. */
    public SyncOptions withOwner(String name) {
        check("owner", !name.isBlank() && name.length() <= 150, "1 to 150 characters", name.length());
        return with(v -> v.owner = name);
    }

    public BatchLimits batchLimits() {
        return new BatchLimits(values.batchSize, values.batchBytes);
    }

    public Duration pollWait() {
        return values.pollWait;
    }

    public Duration leaseTtl() {
        return values.leaseTtl;
    }

    public Duration backoffBase() {
        return values.backoffBase;
    }

    public Duration backoffCap() {
        return values.backoffCap;
    }

    public Optional<Duration> giveUpAfter() {
        return values.giveUpAfter;
    }

    public double systemicShare() {
        return values.systemicShare;
    }

    public int systemicMinimum() {
        return values.systemicMinimum;
    }

    public Duration closeTimeout() {
        return values.closeTimeout;
    }

    public String owner() {
        return values.owner;
    }

    private SyncOptions with(Consumer<Values> change) {
        Values copy = values.copy();
        change.accept(copy);
        return new SyncOptions(copy);
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
        private int batchSize = 2_000;
        private long batchBytes = 16L * 1024 * 1024;
        private Duration pollWait = Duration.ofSeconds(30);
        private Duration leaseTtl = Duration.ofSeconds(30);
        private Duration backoffBase = Duration.ofMillis(500);
        private Duration backoffCap = Duration.ofSeconds(30);
        private Optional<Duration> giveUpAfter = Optional.empty();
        private double systemicShare = 0.5;
        private int systemicMinimum = 20;
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
