package dev.docmirror.examples.backend;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Lets each caller do something so often: some times at once, and a number of times a second in the long run. Remembers the
 * callers of late, a bounded number of them. Thread-safe.
 */
public final class RateLimit {
    private static final int REMEMBERED = 10_000;

    private final int burst;
    private final long nanosForOne;
    private final LongSupplier nanoTime;

    /** By when a caller's whole burst is there again. */
    private final Map<String, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** By the system's clock. */
    public RateLimit(int burst, int perSecond) {
        this(burst, perSecond, System::nanoTime);
    }

    RateLimit(int burst, int perSecond, LongSupplier nanoTime) {
        if (burst < 1 || perSecond < 1) {
            throw new IllegalArgumentException("burst, perSecond: must be >= 1, was " + burst + ", " + perSecond);
        }
        this.burst = burst;
        this.nanosForOne = Duration.ofSeconds(1).toNanos() / perSecond;
        this.nanoTime = nanoTime;
    }

    /**
     * Lets a caller go on now, which counts.
     *
     * @param what there is too much of
     * @throws ErrorResponseException with 429 and when to come again, if they have to wait
     */
    public void admit(String caller, String what) {
        refusal(caller).ifPresent(wait -> {
            HttpStatus status = HttpStatus.TOO_MANY_REQUESTS;
            ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, "too many " + what);
            ErrorResponseException refusal = new ErrorResponseException(status, problem, null);
            refusal.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds() + 1));
            throw refusal;
        });
    }

    /** How long a caller has to wait; empty if it may go on now, which counts. */
    synchronized Optional<Duration> refusal(String caller) {
        long now = nanoTime.getAsLong();
        Long known = fullAt.get(caller);
        long full = known == null || known - now < 0 ? now : known;
        long missing = full - now + nanosForOne - burst * nanosForOne;
        if (missing > 0) {
            return Optional.of(Duration.ofNanos(missing));
        }
        fullAt.put(caller, full + nanosForOne);
        return Optional.empty();
    }
}
