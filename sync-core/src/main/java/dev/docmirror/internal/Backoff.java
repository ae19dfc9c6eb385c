package dev.docmirror.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import io.github.resilience4j.core.IntervalFunction;

/** Delays after failures: full jitter over a bound that doubles, or what the other side asked for. Thread-safe. */
public final class Backoff {
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

    private final IntervalFunction growth;

    public Backoff(Duration base, Duration cap) {
        this.growth = IntervalFunction.ofExponentialBackoff(base, 2.0, cap);
    }

    /** @param attempt how many tries have failed, at least 1 */
    public Duration delay(int attempt, Optional<Duration> retryAfter) {
        long bound = growth.apply(attempt);
        Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound + 1));
        return retryAfter
                .map(asked -> asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked)
                .filter(asked -> asked.compareTo(jitter) > 0)
                .orElse(jitter);
    }
}
