package dev.docmirror.mysql;

import dev.docmirror.testkit.QueueFixture;
import dev.docmirror.testkit.QueueModelContractTest;
import dev.docmirror.testkit.server.MySqlServer.Flavor;

/** The queue in a database against the model. */
class MySqlQueueModelIT extends QueueModelContractTest {
    @Override
    protected QueueFixture openQueue() {
        return new DatabaseQueue(Shared.DATABASE);
    }

    private static final class Shared {
        static final TestDatabase DATABASE = TestDatabase.installed(Flavor.MYSQL);
    }
}
