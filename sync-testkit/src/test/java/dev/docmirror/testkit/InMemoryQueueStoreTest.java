package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;

import dev.docmirror.queue.QueueStore;
import org.junit.jupiter.api.Nested;

/** The queue in memory keeps every contract. */
class InMemoryQueueStoreTest {
    @Nested
    class Operations extends QueueStoreContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new Fixture();
        }
    }

    @Nested
    class Settlements extends QueueSettlementContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new Fixture();
        }
    }

    @Nested
    class Reports extends QueueReportContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new Fixture();
        }
    }

    private static final class Fixture implements QueueFixture {
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
}
