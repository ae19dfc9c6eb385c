package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.testkit.InMemoryMirror.Point;
import dev.docmirror.testkit.MirrorContract.Version;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InMemoryMirrorTest {
    private static final StreamId STREAM = StreamId.of("clinical");
    private static final TableLayout NOTES = TableLayout.of("notes", "doc_id", "text");
    private static final Duration TTL = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final InMemoryMirror mirror = new InMemoryMirror(clock);
    private Lease lease = mirror.sink().lease(STREAM, "worker", TTL).orElseThrow();

    @Nested
    class Sink extends MirrorSinkContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Transactions extends MirrorTransactionContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Audit extends MirrorAuditContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Stored extends StoredDocumentsContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Refusals extends RefusalContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Values extends ColumnValueContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Leases extends LeaseContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Checkpoints extends CheckpointStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Archive extends ConflictArchiveContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Review extends ConflictReviewContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Decisions extends DecisionContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Nested
    class Letters extends DeadLetterStoreContractTest {
        @Override
        protected MirrorFixture openMirror() {
            return new InMemoryMirror();
        }
    }

    @Test
    void create_layoutOnly_takesAnyValue() {
        mirror.create(NOTES);
        write("a", 1);
        write("b", "text");
        assertThat(mirror.rows("notes"))
                .containsExactlyInAnyOrder(Map.of("doc_id", "a", "text", 1), Map.of("doc_id", "b", "text", "text"));
        assertThat(mirror.registry(STREAM))
                .extracting(entry -> entry.id().value())
                .containsExactly("a", "b");
    }

    @Test
    void apply_droppedTable_isASchemaMismatch() {
        mirror.create(NOTES);
        mirror.drop("notes");
        assertThatThrownBy(() -> write("a", "text"))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("notes");
    }

    @Test
    void lease_clockMovedPastItsTime_isFreeForAnother() {
        clock.advance(TTL.minusMillis(1));
        assertThat(mirror.sink().lease(STREAM, "other", TTL)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(mirror.sink().lease(STREAM, "other", TTL)).isPresent();
    }

    @Test
    void breakLease_held_losesTheCommitAndFreesIt() {
        mirror.create(NOTES);
        mirror.breakLease(STREAM);
        assertThatThrownBy(() -> write("a", "text")).isInstanceOf(LeaseLostException.class);
        assertThat(mirror.rows("notes")).isEmpty();
        lease = mirror.sink().lease(STREAM, "other", TTL).orElseThrow();
        write("a", "text");
        assertThat(mirror.rows("notes")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"BEGIN", "MIRRORED", "APPLY", "ARCHIVE", "COMMIT"})
    void faults_beforeTheCommit_leaveNothing(Point point) {
        mirror.create(NOTES);
        mirror.faults().failNext(point, 1);
        assertThatThrownBy(() -> write("a", "text")).isInstanceOf(TransientSyncException.class);
        assertThat(mirror.rows("notes")).isEmpty();
        assertThat(mirror.registry(STREAM)).isEmpty();
        assertThat(mirror.archived(STREAM)).isEmpty();
        write("a", "text");
        assertThat(mirror.rows("notes")).hasSize(1);
        assertThat(mirror.archived(STREAM)).hasSize(1);
    }

    @Test
    void faults_lostAnswer_leavesEverything() {
        mirror.create(NOTES);
        mirror.faults().failNext(Point.COMMIT_ANSWER, 1);
        assertThatThrownBy(() -> write("a", "text")).isInstanceOf(TransientSyncException.class);
        assertThat(mirror.rows("notes")).hasSize(1);
        write("a", "text");
        assertThat(mirror.rows("notes")).hasSize(1);
        assertThat(mirror.archived(STREAM)).hasSize(1);
    }

    @Test
    void commit_anotherStreamChangedTheTableMeanwhile_isTransient() {
        mirror.create(NOTES);
        Lease other = mirror.sink().lease(StreamId.of("other"), "worker", TTL).orElseThrow();
        try (MirrorTransaction first = mirror.sink().begin(lease);
                MirrorTransaction second = mirror.sink().begin(other)) {
            MirrorContract.apply(first, note("a", "text"));
            MirrorContract.apply(second, note("b", "text"));
            second.commit();
            assertThatThrownBy(first::commit).isInstanceOf(TransientSyncException.class);
        }
        write("a", "text");
        assertThat(mirror.rows("notes")).hasSize(2);
    }

    private void write(String id, Object text) {
        try (MirrorTransaction transaction = mirror.sink().begin(lease)) {
            assertThat(MirrorContract.apply(transaction, note(id, text))).isEmpty();
            transaction.archive(List.of(new ArchivedConflict(
                    Documents.document(id, "1-0", "{}"),
                    Optional.empty(),
                    Optional.of(Revision.of("1-a")),
                    ArchivedConflict.Outcome.CHOSEN,
                    "a rule")));
            transaction.commit();
        }
    }

    private static Version note(String id, Object text) {
        return Version.of(DocumentId.of(id), "1-a", new RowChange.Put(NOTES, new Object[] {text}));
    }
}
