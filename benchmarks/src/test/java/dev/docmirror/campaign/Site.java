package dev.docmirror.campaign;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;

/** A document server, a MySQL server, and what tests set up on them. */
final class Site implements AutoCloseable {
    static final String STREAM = "clinical";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final CouchDbServer couch = CouchDbServer.start();
    private final MySqlServer mysql = MySqlServer.start();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final URI database = URI.create(couch.url() + "/" + name());

    Site() {
        try (CouchDbSetup setup = CouchDbSetup.builder(database)
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

    /** A fresh MySQL database with docmirror's and the clinical tables. */
    Mirror newMirror() {
        String name = name();
        mysql.createDatabase(name);
        HikariDataSource pool = pool(name);
        ClinicalTables.createUsers(pool);
        MySqlSchema.install(pool);
        MySqlSchema.createMissing(pool, ClinicalTables.mapper().tables());
        return new Mirror(name, pool);
    }

    HikariDataSource pool(String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(mysql.jdbcUrl(name));
        config.setUsername(mysql.user());
        config.setPassword(mysql.password());
        config.setMaximumPoolSize(4);
        HikariDataSource pool = new HikariDataSource(config);
        opened.add(pool);
        return pool;
    }

    CouchDbChangeSource source() {
        CouchDbChangeSource source = CouchDbChangeSource.builder(database)
                .basic(couch.user(), couch.password())
                .build();
        opened.add(source);
        return source;
    }

    SyncWorker worker(Mirror mirror, SyncOptions options, SyncListener listener) {
        return SyncWorker.builder(
                        STREAM,
                        source(),
                        ClinicalTables.mapper(),
                        MySqlMirrorSink.of(mirror.pool()),
                        MySqlCheckpointStore.of(mirror.pool()))
                .conflicts(ConflictPolicies.lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt"))
                .options(options)
                .listener(listener)
                .build();
    }

    /** The mirror as one run without any fault makes it, in a database of its own. */
    Mirror rebuilt() throws InterruptedException {
        Mirror oracle = newMirror();
        try (SyncWorker worker = worker(oracle, SyncOptions.defaults(), SyncListener.logging())) {
            worker.runOnce();
        }
        return oracle;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : opened) {
            part.close();
        }
        mysql.close();
        couch.close();
    }

    /** One MySQL database with a mirror in it. */
    record Mirror(String name, DataSource pool) {}
}
