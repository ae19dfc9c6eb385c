package dev.docmirror.mysql;

import dev.docmirror.testkit.ColumnValueContractTest;
import dev.docmirror.testkit.ConflictReviewContractTest;
import dev.docmirror.testkit.DecisionContractTest;
import dev.docmirror.testkit.MirrorFixture;
import dev.docmirror.testkit.MirrorSinkContractTest;
import dev.docmirror.testkit.RefusalContractTest;
import org.junit.jupiter.api.Nested;

/** The contracts that depend on how a driver sends and counts. */
abstract class RowContracts {

    abstract MirrorFixture open();

    @Nested
    class Sink extends MirrorSinkContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Refusal extends RefusalContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class ColumnValue extends ColumnValueContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Review extends ConflictReviewContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }

    @Nested
    class Decisions extends DecisionContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return open();
        }
    }
}
