package dev.docmirror.mysql;

import dev.docmirror.testkit.CheckpointStoreContractTest;
import dev.docmirror.testkit.ConflictArchiveContractTest;
import dev.docmirror.testkit.DeadLetterStoreContractTest;
import dev.docmirror.testkit.LeaseContractTest;
import dev.docmirror.testkit.MirrorAuditContractTest;
import dev.docmirror.testkit.MirrorFixture;
import dev.docmirror.testkit.MirrorTransactionContractTest;
import dev.docmirror.testkit.StoredDocumentsContractTest;
import org.junit.jupiter.api.Nested;

/** Every contract of a mirror, for a server and a driver. */
abstract class MirrorContracts extends RowContracts {
    @Nested
    class Transaction extends MirrorTransactionContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Audit extends MirrorAuditContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Stored extends StoredDocumentsContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Lease extends LeaseContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Checkpoints extends CheckpointStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Archive extends ConflictArchiveContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class DeadLetters extends DeadLetterStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }
}
