package dev.docmirror.examples.worker;

import java.io.PrintWriter;
import java.util.Optional;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.couchdb.CouchDbBuilder;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlSchema;
import org.jspecify.annotations.Nullable;

import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;

/** The parts of the worker as the configuration names them. */
final class Parts implements AutoCloseable {
    private final WorkerConfig config;
    private final HikariDataSource pool;
    private final CouchDbChangeSource source;
    private final DocumentMapper mapper;

    private Parts(WorkerConfig config) {
        this.config = config;
        this.mapper = mapper(config);
        this.source = source(config);
        this.pool = pool(config);
    }

    static Parts of(WorkerConfig config) {
        return new Parts(config);
    }

    StreamId streamId() {
        return StreamId.of(config.required("stream"));
    }

    MirrorSink sink() {
        return MySqlMirrorSink.of(pool);
    }

    CheckpointStore checkpoints() {
        return MySqlCheckpointStore.of(pool);
    }

    SyncWorker worker(SyncOptions options, SyncListener listener, @Nullable DryRun dry) {
        return SyncWorker.builder(
                        streamId().value(),
                        source,
                        mapper,
                        dry == null ? sink() : dry,
                        dry == null ? checkpoints() : dry)
                .conflicts(lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt"))
                .options(options)
                .listener(listener)
                .build();
    }

    void setup(PrintWriter out) {
        CouchDbSetup.Builder builder = CouchDbSetup.builder(config.couchDbUrl());
        authenticate(builder, config);
        try (CouchDbSetup couch = builder.build()) {
            couch.install().forEach(out::println);
        }
        MySqlSchema.install(pool);
        if (config.required("mapping").equals("clinical")) {
            ClinicalTables.createUsers(pool);
        }
        MySqlSchema.createMissing(pool, mapper.tables());
        out.println("Database and tables are there.");
    }

    void status(PrintWriter out) {
        StreamId stream = streamId();
        Optional<Checkpoint> checkpoint = checkpoints().load(stream);
        out.println("stream        " + stream);
        out.println(
                "source        " + checkpoint.map(c -> c.source().toString()).orElse("none yet"));
        out.println("checkpoint    "
                + checkpoint.map(c -> c.position().value()).orElse("none: the next run begins at the beginning"));
        out.println("archived      " + MySqlConflictArchive.of(pool).count(stream) + " losing versions");
        out.println("dead letters  " + MySqlDeadLetterStore.of(pool).count(stream));
        MySqlDeadLetterStore.of(pool)
                .list(stream, 20)
                .forEach(letter -> out.println("  " + letter.id() + " " + letter.revision() + ": " + letter.reason()));
    }

    private static DocumentMapper mapper(WorkerConfig config) {
        String name = config.required("mapping");
        return switch (name) {
            case "clinical" -> ClinicalTables.mapper();
            case "raw" -> RawMapping.documents();
            default -> throw new WorkerConfig.UsageException("mapping: must be clinical or raw, was " + name);
        };
    }

    private static CouchDbChangeSource source(WorkerConfig config) {
        CouchDbChangeSource.Builder builder = CouchDbChangeSource.builder(config.couchDbUrl());
        authenticate(builder, config);
        return builder.build();
    }

    private static void authenticate(CouchDbBuilder<?> builder, WorkerConfig config) {
        String user = config.get("couchdb.user");
        if (user != null) {
            builder.basic(user, config.required("couchdb.password"));
        }
    }

    private static HikariDataSource pool(WorkerConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(config.mySqlUrl());
        pool.setUsername(config.get("mysql.user"));
        pool.setPassword(config.get("mysql.password"));
        pool.setMaximumPoolSize(4);
        // The worker tells what is wrong with the server, in its own words; the pool must not fail before.
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    @Override
    public void close() {
        source.close();
        pool.close();
    }
}
