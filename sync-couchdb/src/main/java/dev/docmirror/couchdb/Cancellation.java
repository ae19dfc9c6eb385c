package dev.docmirror.couchdb;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.error.TransientSyncException;

/** Ends the exchanges of one owner, those that run and those to come. Thread-safe. */
final class Cancellation {
    private final Set<Exchange> running = new HashSet<>();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    /** @throws TransientSyncException if it is cancelled already */
    synchronized void add(Exchange exchange) {
        if (isCancelled()) {
            throw new TransientSyncException(exchange + " was not sent: closed meanwhile", null);
        }
        running.add(exchange);
    }

    synchronized void remove(Exchange exchange) {
        running.remove(exchange);
    }

    synchronized void cancel() {
        cancelled.countDown();
        running.forEach(Exchange::abort);
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** Waits so long, less if it is cancelled. */
    void pause(Duration time) throws InterruptedException {
        boolean ended = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        if (ended) {
            throw new TransientSyncException("closed meanwhile", null);
        }
    }
}
