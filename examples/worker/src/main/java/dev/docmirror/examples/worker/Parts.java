package dev.docmirror.examples.worker;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.SourceIdentity;
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

import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;

/** The parts of the worker as the configuration names them. */
final class Parts implements AutoCloseable {
    private static final int MOST_LETTERS = 20;
    private static final long CONNECT_MILLIS = 5_000;
    /** Longer than a set-up waits for another one. */
    private static final long SOCKET_MILLIS = 90_000;

    private final WorkerConfig config;
    private final HikariDataSource pool;
    private final CouchDbChangeSource source;
    private final DocumentMapper mapper;

    private Parts(WorkerConfig config, boolean creating) {
        this.config = config;
        this.mapper = mapper(config);
        HikariConfig settings = pool(config, creating);
        this.source = source(config);
        this.pool = new HikariDataSource(settings);
    }

    /**
     * The parts; no server is asked yet.
     *
     * @param creating whether a MySQL database that is missing is created by the first connection
     * @throws WorkerConfig.UsageException if a setting is missing or not usable
     */
    static Parts of(WorkerConfig config, boolean creating) {
        return new Parts(config, creating);
    }

    StreamId streamId() {
        return config.stream();
    }

    MirrorSink sink() {
        return MySqlMirrorSink.of(pool);
    }

    CheckpointStore checkpoints() {
        return MySqlCheckpointStore.of(pool);
    }

    SyncWorker worker(SyncOptions options, SyncListener listener) {
        return worker(options, listener, sink(), checkpoints());
    }

    /** A worker that writes nothing. */
    SyncWorker planner(SyncOptions options, SyncListener listener, DryRun dry) {
        return worker(options, listener, dry, dry);
    }

    private SyncWorker worker(
            SyncOptions options, SyncListener listener, MirrorSink into, CheckpointStore checkpoints) {
        return SyncWorker.builder(streamId().value(), source, mapper, into, checkpoints)
                .conflicts(lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt"))
                .options(options)
                .listener(listener)
                .build();
    }

    void setup(PrintWriter out) {
        try (CouchDbSetup couch =
                authenticated(CouchDbSetup.builder(config.couchDbUrl()), config).build()) {
            couch.install().forEach(step -> out.println("CouchDB: " + step));
        }
        MySqlSchema.install(pool);
        if (config.required("mapping").equals("clinical")) {
            ClinicalTables.createUsers(pool);
        }
        MySqlSchema.createMissing(pool, mapper.tables()).forEach(table -> out.println("MySQL: created table " + table));
        sink().verify(mapper.tables());
        out.println("Databases and tables are as needed.");
    }

    void status(PrintWriter out) {
        StreamId stream = streamId();
        Optional<Checkpoint> checkpoint = checkpoints().load(stream);
        line(out, "stream", stream);
        line(out, "source", checkpoint.map(c -> source(c.source())).orElse("none yet"));
        line(
                out,
                "checkpoint",
                checkpoint.map(c -> c.position().value()).orElse("none: the next run reads everything"));
        mapper.tables().forEach(table -> line(out, "rows", table.name() + " " + rows(table.name())));
        line(out, "archived", MySqlConflictArchive.of(pool).count(stream) + " losing versions");
        MySqlDeadLetterStore letters = MySqlDeadLetterStore.of(pool);
        line(out, "dead letters", letters.count(stream));
        letters.list(stream, MOST_LETTERS)
                .forEach(letter -> line(out, "", letter.id() + " " + letter.revision() + ": " + letter.reason()));
    }

    private static void line(PrintWriter out, String what, Object value) {
        out.printf("%-14s%s%n", what, value);
    }

    private static String source(SourceIdentity identity) {
        return identity.database()
                + (identity.server().isEmpty() ? "" : ", server " + identity.server())
                + (identity.incarnation().isEmpty() ? "" : ", created at " + identity.incarnation());
    }

    private String rows(String table) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM `" + table + "`")) {
            count.next();
            return count.getString(1);
        } catch (SQLException e) {
            return "can't be counted (code " + e.getErrorCode() + "); --setup creates what is missing";
        }
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
        try {
            return authenticated(CouchDbChangeSource.builder(config.couchDbUrl()), config)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new WorkerConfig.UsageException("couchdb: " + e.getMessage());
        }
    }

    private static <B extends CouchDbBuilder<B>> B authenticated(B builder, WorkerConfig config) {
        String user = config.get("couchdb.user");
        if (user != null) {
            return builder.basic(user, config.required("couchdb.password"));
        }
        if (config.get("couchdb.password") != null) {
            throw new WorkerConfig.UsageException("couchdb.password: needs couchdb.user, too");
        }
        return builder;
    }

    private static HikariConfig pool(WorkerConfig config, boolean creating) {
        String url = config.mySqlUrl();
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setUsername(config.get("mysql.user"));
        pool.setPassword(config.get("mysql.password"));
        pool.setMaximumPoolSize(4);
        pool.setMinimumIdle(1);
        // The worker tells what is wrong with the server, in its own words and soon; the pool must not fail before.
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(CONNECT_MILLIS);
        // Unless the URL says otherwise: the driver would wait for ever for a server that went away without a word.
        unlessIn(url, pool, "connectTimeout", CONNECT_MILLIS);
        unlessIn(url, pool, "socketTimeout", SOCKET_MILLIS);
        unlessIn(url, pool, "createDatabaseIfNotExist", creating);
        return pool;
    }

    private static void unlessIn(String url, HikariConfig pool, String property, Object value) {
        if (!url.contains(property + "=")) {
            pool.addDataSourceProperty(property, String.valueOf(value));
        }
    }

    @Override
    public void close() {
        source.close();
        pool.close();
    }
}
