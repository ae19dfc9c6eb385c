package dev.docmirror.mysql;

import dev.docmirror.testkit.QueueChangeContractTest;
import dev.docmirror.testkit.QueueClaimContractTest;
import dev.docmirror.testkit.QueueFixture;
import dev.docmirror.testkit.QueueReportContractTest;
import dev.docmirror.testkit.QueueSettlementContractTest;
import dev.docmirror.testkit.QueueStoreContractTest;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every contract of a queue, on each server. */
@ParameterizedClass
@EnumSource(Flavor.class)
class MySqlQueueStoreIT {
    @Parameter
    Flavor flavor;

    private TestDatabase database;

    @BeforeEach
    void install() {
        if (database == null) {
            database = TestDatabase.installed(flavor);
        }
    }

    private QueueFixture open() {
        return new DatabaseQueue(database);
    }

    @Nested
    class Operations extends QueueStoreContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Claims extends QueueClaimContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Settlements extends QueueSettlementContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Changes extends QueueChangeContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Reports extends QueueReportContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }
}
