package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class CouchDbCheckpointStoreIT {
    private static final StreamId STREAM = StreamId.of("Clinical.1-x_y");
    private static final Checkpoint FIRST = at("1-g1AAAA_ ü\"\\\n\u0000" + "x".repeat(5_000));
    private static final Checkpoint SECOND = at("2-b");
    private static final Checkpoint THIRD = at("3-c");

    private Database database;
    private CouchDbCheckpointStore store;

    @BeforeEach
    void open() {
        database = new Database(Servers.shared());
        store = CouchDbCheckpointStore.builder(database.url())
                .basic(Servers.shared().user(), Servers.shared().password())
                .build();
    }

    @AfterEach
    void close() {
        if (database != null) {
            store.close();
            database.close();
        }
    }

    @Test
    void save_committed_isLoadedExactly() {
        assertThat(store.load(STREAM)).isEmpty();
        save(Optional.empty(), FIRST);
        assertThat(store.load(STREAM)).contains(FIRST);
        save(Optional.of(FIRST), SECOND);
        save(Optional.of(SECOND), SECOND);
        assertThat(store.load(STREAM)).contains(SECOND);
        assertThat(store.load(StreamId.of("other"))).isEmpty();
    }

    @Test
    void save_notCommitted_isNotWritten() {
        Transaction transaction = new Transaction();
        store.save(STREAM, Optional.empty(), FIRST, transaction);
        assertThat(store.load(STREAM)).isEmpty();
    }

    @Test
    void save_somethingElseStored_isAConflictBeforeTheCommit() {
        save(Optional.empty(), FIRST);
        for (Optional<Checkpoint> wrong : List.of(Optional.<Checkpoint>empty(), Optional.of(THIRD))) {
            Transaction transaction = new Transaction();
            assertThatThrownBy(() -> store.save(STREAM, wrong, SECOND, transaction))
                    .isInstanceOf(CheckpointConflictException.class);
            assertThat(transaction.actions).isEmpty();
        }
        assertThat(store.load(STREAM)).contains(FIRST);
    }

    @Test
    void save_reachedIsStoredAlready_isFine() {
        save(Optional.empty(), FIRST);
        save(Optional.empty(), FIRST);
        save(Optional.of(FIRST), SECOND);
        save(Optional.of(FIRST), SECOND);
        assertThat(store.load(STREAM)).contains(SECOND);
    }

    @Test
    void reset_stored_isForgotten() {
        save(Optional.empty(), FIRST);
        store.reset(STREAM);
        store.reset(STREAM);
        assertThat(store.load(STREAM)).isEmpty();
        save(Optional.empty(), SECOND);
        assertThat(store.load(STREAM)).contains(SECOND);
    }

    @Test
    void load_malformedDocument_saysWhatToDo() {
        String path = "/" + database.name() + "/_local/docmirror-" + STREAM;
        for (String malformed : new String[] {
            "{}",
            "{\"position\":\"\",\"source\":{\"server\":\"\",\"database\":\"\",\"incarnation\":\"\"}}",
            "{\"position\":7,\"source\":{\"server\":\"\",\"database\":\"\",\"incarnation\":\"\"}}",
            "{\"position\":\"canary\",\"source\":{\"server\":\"\",\"database\":\"\"}}",
            "{\"position\":\"canary\",\"source\":\"x\"}",
        }) {
            store.reset(STREAM);
            database.client().ok("PUT", path, malformed);
            assertThatThrownBy(() -> store.load(STREAM))
                    .isInstanceOf(InvalidPositionException.class)
                    .hasMessage("the checkpoint in " + path
                            + " is malformed; restore the document, or reset the stream to mirror from the beginning");
            assertThatThrownBy(() -> store.save(STREAM, Optional.empty(), FIRST, new Transaction()))
                    .isInstanceOf(InvalidPositionException.class);
        }
        store.reset(STREAM);
        assertThat(store.load(STREAM)).isEmpty();
    }

    @Test
    void load_databaseMissing_isNoEmptyCheckpoint() {
        database.client().ok("DELETE", "/" + database.name(), "");
        assertThatThrownBy(() -> store.load(STREAM)).isInstanceOf(SourceUnavailableException.class);
        assertThatThrownBy(() -> store.save(STREAM, Optional.empty(), FIRST, new Transaction()))
                .isInstanceOf(SourceUnavailableException.class);
    }

    private void save(Optional<Checkpoint> expected, Checkpoint reached) {
        try (Transaction transaction = new Transaction()) {
            store.save(STREAM, expected, reached, transaction);
            transaction.commit();
        }
    }

    private static Checkpoint at(String position) {
        return new Checkpoint(Position.of(position), new SourceIdentity("server", "clinic/ü%2F", ""));
    }

    /** A mirror that has nothing but the moment of its commit. */
    private static final class Transaction implements MirrorTransaction {
        final List<Runnable> actions = new ArrayList<>();

        @Override
        public Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids) {
            return Map.of();
        }

        @Override
        public Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids) {
            return Map.of();
        }

        @Override
        public List<DeadLetter> apply(List<DocumentWrite> writes) {
            return List.of();
        }

        @Override
        public Map<DocumentId, ContentHash> rowHashes(List<DocumentWrite> writes) {
            return Map.of();
        }

        @Override
        public Set<DocumentId> forget(Collection<DocumentId> ids) {
            return Set.of();
        }

        @Override
        public void archive(List<ArchivedConflict> losers) {
            assertThat(losers).isEmpty();
        }

        @Override
        public void settle(Collection<DocumentId> ids, String note) {
            assertThat(ids).isEmpty();
        }

        @Override
        public void writeBack(Collection<DocumentId> ids) {
            assertThat(ids).isEmpty();
        }

        @Override
        public void park(List<DeadLetter> poison) {
            assertThat(poison).isEmpty();
        }

        @Override
        public Set<DocumentId> parked(Collection<DocumentId> ids) {
            return Set.of();
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public void afterCommit(Runnable action) {
            actions.add(action);
        }

        @Override
        public void commit() {
            actions.forEach(Runnable::run);
        }

        @Override
        public void close() {
            actions.clear();
        }
    }
}
