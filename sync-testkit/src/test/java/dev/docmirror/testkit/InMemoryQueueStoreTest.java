package dev.docmirror.testkit;

import org.junit.jupiter.api.Nested;

/** The queue in memory keeps every contract. */
class InMemoryQueueStoreTest {
    @Nested
    class Operations extends QueueStoreContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new InMemoryQueueFixture();
        }
    }

    @Nested
    class Claims extends QueueClaimContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new InMemoryQueueFixture();
        }
    }

    @Nested
    class Settlements extends QueueSettlementContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new InMemoryQueueFixture();
        }
    }

    @Nested
    class Changes extends QueueChangeContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new InMemoryQueueFixture();
        }
    }

    @Nested
    class Reports extends QueueReportContractTest {
        @Override
        protected QueueFixture openQueue() {
            return new InMemoryQueueFixture();
        }
    }
}
