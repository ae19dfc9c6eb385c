package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;

import dev.docmirror.queue.QueueStore;

/** A queue in memory whose clock is moved by hand. */
final class InMemoryQueueFixture implements QueueFixture {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00.123456Z"));
    private final QueueStore store = new InMemoryQueueStore(clock);

    @Override
    public QueueStore store() {
        return store;
    }

    @Override
    public void pass(Duration time) {
        clock.advance(time);
    }

    @Override
    public void close() {}
}
