package dev.docmirror.edge;

import java.time.Duration;

/** The settings of an {@link EdgeSync}. Immutable; each {@code withX} returns a changed copy. */
public final class EdgeOptions {
    private static final long MEGABYTE = 1 << 20;
    private static final EdgeOptions DEFAULTS =
            new EdgeOptions(1_000, 50 * MEGABYTE, 100, 5, Duration.ofMillis(500), Duration.ofSeconds(30));

    private final int maxDocuments;
    private final long maxMemory;
    private final int batchSize;
    private final int maxAttempts;
    private final Duration backoffBase;
    private final Duration backoffCap;

    private EdgeOptions(
            int maxDocuments,
            long maxMemory,
            int batchSize,
            int maxAttempts,
            Duration backoffBase,
            Duration backoffCap) {
        this.maxDocuments = maxDocuments;
        this.maxMemory = maxMemory;
        this.batchSize = batchSize;
        this.maxAttempts = maxAttempts;
        this.backoffBase = backoffBase;
        this.backoffCap = backoffCap;
    }

    /** The defaults that each setting names. */
    public static EdgeOptions defaults() {
        return DEFAULTS;
    }

    /** How many documents are in memory in plaintext at most; more are pushed in several rounds. Default 1,000. */
    public EdgeOptions withMaxDocuments(int documents) {
        check("maxDocuments", documents >= 1, ">= 1", documents);
        return new EdgeOptions(documents, maxMemory, batchSize, maxAttempts, backoffBase, backoffCap);
    }

    /**
     * How many bytes of documents are in memory in plaintext at most, by estimate; a larger document is pushed alone.
     * Default 50 MiB.
     */
    public EdgeOptions withMaxMemory(long bytes) {
        check("maxMemory", bytes >= 1, ">= 1", bytes);
        return new EdgeOptions(maxDocuments, bytes, batchSize, maxAttempts, backoffBase, backoffCap);
    }

    /** How many documents are sent together at most. Default 100. */
    public EdgeOptions withBatchSize(int documents) {
        check("batchSize", documents >= 1, ">= 1", documents);
        return new EdgeOptions(maxDocuments, maxMemory, documents, maxAttempts, backoffBase, backoffCap);
    }

    /** How often documents are sent before a push gives up for now, if the server can't be reached. Default 5. */
    public EdgeOptions withMaxAttempts(int attempts) {
        check("maxAttempts", attempts >= 1, ">= 1", attempts);
        return new EdgeOptions(maxDocuments, maxMemory, batchSize, attempts, backoffBase, backoffCap);
    }

    /**
     * Delays after failures: the n-th is a random time up to {@code base * 2^(n-1)}, at most {@code cap} (full jitter),
     * or what the server asked for in {@code Retry-After}, if that is longer, at most 5 minutes. Default 500 ms and 30 s.
     */
    public EdgeOptions withBackoff(Duration base, Duration cap) {
        check("backoff base", base.toMillis() >= 1, ">= 1 ms", base);
        check("backoff cap", cap.compareTo(base) >= 0, ">= base", cap);
        return new EdgeOptions(maxDocuments, maxMemory, batchSize, maxAttempts, base, cap);
    }

    public int maxDocuments() {
        return maxDocuments;
    }

    public long maxMemory() {
        return maxMemory;
    }

    public int batchSize() {
        return batchSize;
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    public Duration backoffBase() {
        return backoffBase;
    }

    public Duration backoffCap() {
        return backoffCap;
    }

    private static void check(String property, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(property + ": must be " + rule + ", was " + value);
        }
    }
}
