package dev.docmirror.examples.worker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /** Returns how long it took. */
    static Duration until(String what, Callable<Boolean> condition) {
        long began = System.nanoTime();
        try {
            while (!condition.call()) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new AssertionError("waited " + PATIENCE + " in vain for: " + what);
                }
                LockSupport.parkNanos(INTERVAL);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
