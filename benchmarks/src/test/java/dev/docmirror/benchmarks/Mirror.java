package dev.docmirror.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.policies.ConflictPolicies;

/** docmirror with its defaults. Into empty tables it is a backfill, without a checkpoint over full ones a replay. */
final class Mirror implements Candidate {
    static final String STREAM = "benchmark";

    @Override
    public Outcome run(Task task, Control control) throws Exception {
        try (CouchDbChangeSource source = source(task);
                HikariDataSource pool = pool(task)) {
            Meter meter = new Meter(task.documents());
            SyncListener progress = (stream, event) -> {
                if (event instanceof SyncEvent.BatchMirrored batch) {
                    meter.advance(batch.changes());
                }
            };
            try (SyncWorker worker =
                    worker(source, pool, ClinicalTables.mapper(), MySqlCheckpointStore.of(pool), progress)) {
                SyncReport report = worker.runOnce();
                Outcome outcome = meter.outcome();
                if (report.totals().changes() < task.documents()
                        || report.totals().parked() > 0) {
                    throw new IllegalStateException("not all documents were mirrored: " + report);
                }
                return outcome;
            }
        }
    }

    static CouchDbChangeSource source(Task task) {
        return CouchDbChangeSource.builder(task.database())
                .basic(task.couchUser(), task.couchPassword())
                .build();
    }

    static HikariDataSource pool(Task task) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(task.jdbcUrl());
        config.setUsername(task.mysqlUser());
        config.setPassword(task.mysqlPassword());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    static SyncWorker worker(
            CouchDbChangeSource source,
            HikariDataSource pool,
            DocumentMapper mapper,
            CheckpointStore checkpoints,
            SyncListener listener) {
        return SyncWorker.builder(STREAM, source, mapper, MySqlMirrorSink.of(pool), checkpoints)
                .conflicts(ConflictPolicies.lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt"))
                .listener(listener)
                .build();
    }
}
