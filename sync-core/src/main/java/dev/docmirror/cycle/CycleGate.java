package dev.docmirror.cycle;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** Lets one cycle run at a time, and none any more once it is closed. Thread-safe. */
final class CycleGate {
    private static final Duration GRACE = Duration.ofSeconds(8);

    private final CountDownLatch closing = new CountDownLatch(1);
    /** Who runs a cycle, if anybody does. */
    private @Nullable Thread runner;

    private Instant since = Instant.MIN;
    private boolean waiting;
    private boolean cutShort;

    /**
     * Begins a cycle on the calling thread; {@link #leave()} ends it.
     *
     * @return since when another one runs; then none was begun
     */
    synchronized Optional<Instant> enter(Instant now) {
        checkOpen();
        if (runner != null) {
            return Optional.of(since);
        }
        runner = Thread.currentThread();
        since = now;
        return Optional.empty();
    }

    synchronized void leave() {
        if (cutShort) {
            Thread.interrupted(); // meant for the cycle, not for what the host does next
        }
        runner = null;
        notifyAll();
    }

    /** Says whether the cycle does nothing but wait from now on, so that an interrupt cuts no work short. */
    synchronized void waiting(boolean now) throws InterruptedException {
        if (now) {
            checkGoingOn();
        }
        waiting = now;
    }

    /** @throws InterruptedException if the cycle is to end here */
    void checkGoingOn() throws InterruptedException {
        if (Thread.interrupted() || isClosed()) {
            throw new InterruptedException("interrupted during a cycle");
        }
    }

    boolean isClosed() {
        return closing.getCount() == 0;
    }

    void checkOpen() {
        if (isClosed()) {
            throw new IllegalStateException("the cycle was closed; build a new one");
        }
    }

    /** Waits for a time, but no longer than until this is closed; true if it is. */
    boolean pause(Duration time) throws InterruptedException {
        return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized boolean isRunner(Thread thread) {
        return runner == thread;
    }

    /** Lets no cycle begin any more. */
    void close() {
        closing.countDown();
    }

    /**
     * Waits for the cycle that runs: a while for it to end by itself, and a while after an interrupt.
     *
     * @return whether none runs any more
     */
    synchronized boolean awaitEnd() throws InterruptedException {
        if (!waiting) {
            try {
                if (awaitNone()) {
                    return true;
                }
            } catch (InterruptedException e) {
                interruptRun(); // whoever closes is in a hurry
                throw e;
            }
        }
        interruptRun();
        return awaitNone();
    }

    private void interruptRun() {
        if (runner != null) {
            cutShort = true;
            runner.interrupt();
        }
    }

    private boolean awaitNone() throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (runner != null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
