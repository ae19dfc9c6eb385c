package dev.docmirror.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request to stop, seen by every wait of the engine. Thread-safe. */
public final class Stop {
    private final CountDownLatch requested = new CountDownLatch(1);

    public void request() {
        requested.countDown();
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Waits, but no longer than until a stop is requested. */
    public void pause(Duration time) {
        try {
            if (requested.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    public void check() {
        if (isRequested() || Thread.currentThread().isInterrupted()) {
            throw new StoppedException();
        }
    }

    /** Leaves the engine's loops after a stop was requested; never reaches the host. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("stop requested", null, false, false);
        }
    }
}
