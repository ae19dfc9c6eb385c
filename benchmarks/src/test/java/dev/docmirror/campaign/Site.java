package dev.docmirror.campaign;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbDocumentTarget;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;

/** What a test sets up on a document server and a MySQL server: a database of documents, mirrors, workers. */
final class Site implements AutoCloseable {
    static final String STREAM = "clinical";
    private static final ConflictPolicy LATEST =
            ConflictPolicies.lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final CouchDbServer couch;
    private final MySqlServer mysql;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final URI database;

    /** On the servers that all tests share. */
    Site() {
        this(Servers.shared());
    }

    Site(Servers servers) {
        this.couch = servers.couch();
        this.mysql = servers.mysql();
        this.database = newDatabase();
    }

    /** Creates a further, empty database of documents. */
    URI newDatabase() {
        URI created = URI.create(couch.url() + "/" + name());
        create(created);
        return created;
    }

    void create(URI missing) {
        try (CouchDbSetup setup = CouchDbSetup.builder(missing)
                .basic(couch.user(), couch.password())
                .build()) {
            setup.install();
        }
    }

    private static String name() {
        return "clinic_" + Long.toString(System.nanoTime(), 36) + "_" + NAMES.incrementAndGet();
    }

    CouchDbServer couch() {
        return couch;
    }

    MySqlServer mysql() {
        return mysql;
    }

    /** The documents' database, without credentials. */
    URI database() {
        return database;
    }

    Clinic clinic() {
        return new Clinic(database, couch.user(), couch.password());
    }

    /** The database as a device sees it that sends whatever it likes. */
    Documents documents() {
        return new Documents(database, couch.user(), couch.password());
    }

    /** A fresh MySQL database with docmirror's and the clinical tables. */
    Mirror newMirror() {
        Mirror mirror = emptyMirror();
        ClinicalTables.createUsers(mirror.pool());
        MySqlSchema.createMissing(mirror.pool(), ClinicalTables.mapper().tables());
        return mirror;
    }

    /** A fresh MySQL database with docmirror's tables and those of a mapper. */
    Mirror newMirror(DocumentMapper mapper) {
        Mirror mirror = emptyMirror();
        MySqlSchema.createMissing(mirror.pool(), mapper.tables());
        return mirror;
    }

    /** A fresh MySQL database with docmirror's tables alone. */
    Mirror emptyMirror() {
        Mirror mirror = bareMirror();
        MySqlSchema.install(mirror.pool());
        return mirror;
    }

    /** A fresh MySQL database without any table. */
    Mirror bareMirror() {
        String name = name();
        mysql.createDatabase(name);
        return new Mirror(name, pool(mysql.jdbcUrl(name), mysql.user(), mysql.password()));
    }

    HikariDataSource pool(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        opened.push(pool);
        return pool;
    }

    CouchDbChangeSource source() {
        return source(database, couch.password());
    }

    CouchDbChangeSource source(URI from, String password) {
        return keep(CouchDbChangeSource.builder(from)
                .basic(couch.user(), password)
                .requestTimeout(Duration.ofSeconds(10))
                .build());
    }

    CouchDbDocumentTarget target() {
        return keep(CouchDbDocumentTarget.builder(database)
                .basic(couch.user(), couch.password())
                .build());
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.push(part);
        return part;
    }

    SyncWorker worker(Mirror mirror, SyncOptions options, SyncListener listener) {
        return worker(source(), ClinicalTables.mapper(), mirror.pool(), options, listener);
    }

    SyncWorker worker(
            ChangeSource source, DocumentMapper mapper, DataSource pool, SyncOptions options, SyncListener listener) {
        return worker(source, mapper, LATEST, pool, options, listener);
    }

    private static SyncWorker worker(
            ChangeSource source,
            DocumentMapper mapper,
            ConflictPolicy policy,
            DataSource pool,
            SyncOptions options,
            SyncListener listener) {
        return SyncWorker.builder(STREAM, source, mapper, MySqlMirrorSink.of(pool), MySqlCheckpointStore.of(pool))
                .conflicts(policy)
                .options(options)
                .listener(listener)
                .build();
    }

    /** The mirror as one run without any fault makes it, in a database of its own. */
    Mirror rebuilt() throws InterruptedException {
        Mirror oracle = newMirror();
        drain(oracle);
        return oracle;
    }

    /** Mirrors all there is. */
    void drain(Mirror mirror) throws InterruptedException {
        try (SyncWorker worker = worker(mirror, SyncOptions.defaults(), SyncListener.logging())) {
            worker.runOnce();
        }
    }

    /** Mirrors all there is, by a mapper and a policy of the test's own. */
    void drain(Mirror mirror, DocumentMapper mapper, ConflictPolicy policy) throws InterruptedException {
        try (CouchDbChangeSource source = source();
                SyncWorker worker =
                        worker(source, mapper, policy, mirror.pool(), SyncOptions.defaults(), SyncListener.logging())) {
            worker.runOnce();
        }
    }

    @Override
    public void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    /** One MySQL database with a mirror in it. */
    record Mirror(String name, HikariDataSource pool) {

        void execute(String sql) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new AssertionError("cannot execute " + sql, e);
            }
        }

        /** The rows of a query, each as the text of its columns. */
        List<List<String>> query(String sql) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                List<List<String>> rows = new ArrayList<>();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
                return rows;
            } catch (SQLException e) {
                throw new AssertionError("cannot read " + sql, e);
            }
        }

        long count(String table) {
            return Long.parseLong(query("SELECT COUNT(*) FROM " + table).get(0).get(0));
        }
    }
}
