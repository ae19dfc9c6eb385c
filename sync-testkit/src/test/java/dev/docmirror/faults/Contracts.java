package dev.docmirror.faults;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.testkit.ChangeSourceContractTest;
import dev.docmirror.testkit.CheckpointStoreContractTest;
import dev.docmirror.testkit.DeadLetterStoreContractTest;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import dev.docmirror.testkit.LeaseContractTest;
import dev.docmirror.testkit.MirrorFixture;
import dev.docmirror.testkit.MirrorTransactionContractTest;
import dev.docmirror.testkit.RefusalContractTest;
import dev.docmirror.testkit.SourceFixture;
import org.jspecify.annotations.Nullable;

/** The contract tests against the defect of the hour; run by {@link ContractFaultsTest} alone. */
public final class Contracts {
    /** What stands around the parts now. */
    static volatile Parts planted = Parts.sound();

    private Contracts() {}

    public static class Checkpoints extends CheckpointStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new Mirror();
        }
    }

    public static class DeadLetters extends DeadLetterStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new Mirror();
        }
    }

    public static class Leases extends LeaseContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new Mirror();
        }
    }

    public static class Transactions extends MirrorTransactionContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new Mirror();
        }
    }

    public static class Refusals extends RefusalContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new Mirror();
        }
    }

    public static class Source extends ChangeSourceContractTest {
        @Override
        protected SourceFixture openSource() {
            return new Database();
        }
    }

    private static final class Mirror implements MirrorFixture {
        private final InMemoryMirror real = new InMemoryMirror();
        private final MirrorSink sink = planted.sink().apply(real.sink());
        private final CheckpointStore checkpoints = planted.checkpoints().apply(real.checkpoints());

        @Override
        public MirrorSink sink() {
            return sink;
        }

        @Override
        public CheckpointStore checkpoints() {
            return checkpoints;
        }

        @Override
        public ConflictArchive archive() {
            return real.archive();
        }

        @Override
        public DeadLetterStore deadLetters() {
            return real.deadLetters();
        }

        @Override
        public void create(List<TableDefinition> tables) {
            real.create(tables);
        }

        @Override
        public List<Map<String, @Nullable Object>> rows(String table) {
            return real.rows(table);
        }

        @Override
        public StoredDocuments stored(TableLayout table, String column) {
            return real.stored(table, column);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static final class Database implements SourceFixture {
        private final InMemoryDatabase real = new InMemoryDatabase("contract");
        private final ChangeSource source = planted.source().apply(real.source());

        @Override
        public ChangeSource source() {
            return source;
        }

        @Override
        public Revision put(DocumentId id, String body) {
            return real.put(id, body);
        }

        @Override
        public Revision delete(DocumentId id, Revision leaf) {
            return real.delete(id, leaf);
        }

        @Override
        public void fork(DocumentId id, Revision revision, Optional<Revision> parent, boolean deleted, String body) {
            real.fork(id, revision, parent, deleted, body);
        }

        @Override
        public void recreate() {
            real.recreate();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
