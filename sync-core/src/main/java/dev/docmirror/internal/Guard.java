package dev.docmirror.internal;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.docmirror.SyncOptions;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.monitor.SyncEvent;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;

/**
 * Calls one side of the worker until it answers: each transient failure is told, waited out with full jitter and tried
 * again; anything else passes through. After a row of failures a circuit breaker lets one try through at a time.
 * Confined to one thread.
 */
final class Guard {
    private static final int FAILURES_TO_OPEN = 5;

    private final Status.Party party;
    private final SyncOptions options;
    private final Status status;
    private final Events events;
    private final Stop stop;
    private final LongSupplier nanoTime;
    private final Backoff backoff;
    private final CircuitBreaker breaker;

    Guard(Status.Party party, SyncOptions options, Status status, Events events, Stop stop, LongSupplier nanoTime) {
        this.party = party;
        this.options = options;
        this.status = status;
        this.events = events;
        this.stop = stop;
        this.nanoTime = nanoTime;
        this.backoff = new Backoff(options.backoffBase(), options.backoffCap());
        this.breaker = CircuitBreaker.of(
                party.name(),
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                FAILURES_TO_OPEN, FAILURES_TO_OPEN, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(options.backoffBase())
                        .recordExceptions(TransientSyncException.class)
                        .build());
    }

    /** Calls until success. A stop request ends the wait between tries. */
    <T> T call(Callable<T> action) throws InterruptedException {
        int attempt = 0;
        long firstFailure = 0;
        while (true) {
            stop.check();
            try {
                T result = attempt(action);
                if (attempt > 0) {
                    status.healed(party);
                }
                return result;
            } catch (TransientSyncException e) {
                stop.check();
                attempt++;
                firstFailure = attempt == 1 ? nanoTime.getAsLong() : firstFailure;
                giveUp(e, nanoTime.getAsLong() - firstFailure);
                Duration delay = backoff.delay(attempt, e.retryAfter());
                status.failing(party, e);
                events.publish(new SyncEvent.RetryScheduled(side(), attempt, delay, e));
                stop.pause(delay);
            }
        }
    }

    private <T> T attempt(Callable<T> action) throws InterruptedException {
        while (!breaker.tryAcquirePermission()) {
            stop.pause(options.backoffBase());
        }
        long began = nanoTime.getAsLong();
        try {
            T result = action.call();
            breaker.onSuccess(nanoTime.getAsLong() - began, TimeUnit.NANOSECONDS);
            return result;
        } catch (SyncException e) {
            breaker.onError(nanoTime.getAsLong() - began, TimeUnit.NANOSECONDS, e);
            throw e;
        } catch (InterruptedException | Stop.StoppedException e) {
            breaker.releasePermission();
            throw e;
        } catch (Exception e) {
            breaker.releasePermission();
            throw new UnexpectedFailureException("the " + side().name().toLowerCase(Locale.ROOT), e);
        }
    }

    private void giveUp(TransientSyncException e, long failingNanos) {
        if (options.giveUpAfter().isPresent()
                && failingNanos >= options.giveUpAfter().get().toNanos()) {
            throw e;
        }
    }

    private SyncEvent.Side side() {
        return switch (party) {
            case SOURCE -> SyncEvent.Side.SOURCE;
            case TARGET -> SyncEvent.Side.TARGET;
            case SINK, LEASE -> SyncEvent.Side.SINK;
        };
    }
}
