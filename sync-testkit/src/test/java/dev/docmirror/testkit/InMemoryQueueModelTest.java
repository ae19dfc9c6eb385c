package dev.docmirror.testkit;

/** The queue in memory against the model. */
class InMemoryQueueModelTest extends QueueModelContractTest {
    @Override
    protected QueueFixture openQueue() {
        return new InMemoryQueueFixture();
    }
}
