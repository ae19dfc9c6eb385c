package dev.docmirror.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.MySqlCheckpointStore;

/** docmirror following the feed. What its mapper saw is in MySQL when the transaction is committed. */
final class LagMirror implements Candidate {
    private static final Duration CATCH_UP = Duration.ofMinutes(10);

    @Override
    public Outcome run(Task task, Control control) throws Exception {
        Seen seen = new Seen();
        try (CouchDbChangeSource source = Mirror.source(task);
                HikariDataSource pool = Mirror.pool(task);
                SyncWorker worker = Mirror.worker(
                        source,
                        pool,
                        seen,
                        new Committed(MySqlCheckpointStore.of(pool), seen::durable),
                        (stream, event) -> {})) {
            worker.start();
            if (!worker.awaitCaughtUp(CATCH_UP)) {
                throw new IllegalStateException("the worker did not catch up in " + CATCH_UP);
            }
            control.following();
            control.awaitEnd();
        }
        return Outcome.of(seen.stamps);
    }

    /** Tells when what it saves is committed. */
    private record Committed(CheckpointStore store, Runnable action) implements CheckpointStore {
        @Override
        public Optional<Checkpoint> load(StreamId stream) {
            return store.load(stream);
        }

        @Override
        public void save(
                StreamId stream, Optional<Checkpoint> expected, Checkpoint reached, MirrorTransaction transaction) {
            store.save(stream, expected, reached, transaction);
            transaction.afterCommit(action);
        }

        @Override
        public void reset(StreamId stream) {
            store.reset(stream);
        }
    }

    /** Notes which writes are mapped: by the thread that commits them, or before it has their batch. */
    private static final class Seen implements DocumentMapper {
        private final DocumentMapper tables = ClinicalTables.mapper();
        private final List<Document> mapped = new ArrayList<>();
        private final List<long[]> stamps = new ArrayList<>();

        @Override
        public Mapping map(Document document, MappingContext context) {
            mapped.add(document);
            return tables.map(document, context);
        }

        @Override
        public List<TableDefinition> tables() {
            return tables.tables();
        }

        private void durable() {
            mapped.forEach(document -> LagWrites.stamp(document.body(), stamps));
            mapped.clear();
        }
    }
}
