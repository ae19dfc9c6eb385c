package dev.docmirror.testkit;

import java.time.Duration;

import dev.docmirror.queue.QueueStore;

/** An empty queue for one test. */
public interface QueueFixture extends AutoCloseable {
    QueueStore store();

    /**
     * Lets time pass for everything in the queue: delays, leases, ages. Either the store's clock is moved, or the times
     * that it keeps are moved back; minutes at a time, so that waiting for real would take long.
     */
    void pass(Duration time);

    /** Gives back what the fixture holds. */
    @Override
    void close();
}
