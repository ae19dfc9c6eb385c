package dev.docmirror.examples.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import tools.jackson.databind.node.ObjectNode;

import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;

/**
 * Fills a CouchDB database with clinical documents, mirrors them into MySQL, edits ten of them and tells what happened.
 *
 * <p>{@code docmirror.couchdb.url} and {@code docmirror.mysql.url} name servers to use; without them servers are
 * started and ended here. {@code quickstart.documents} (20,000) says how many documents; {@code quickstart.keep=true}
 * keeps the servers until Enter is pressed.
 */
public final class Quickstart {
    static final String STREAM = "quickstart";
    private static final int CONFLICTS = 200;
    private static final int DELETED = 100;
    private static final int UNKNOWN = 5;
    private static final int LIVE_EDITS = 10;

    private final PrintStream out;
    private final ClinicalDocuments documents = new ClinicalDocuments(20_260_214);
    private final int count;

    Quickstart(PrintStream out, int count) {
        this.out = out;
        this.count = count;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Quickstart(System.out, Integer.getInteger("quickstart.documents", 20_000)).run();
    }

    void run() throws IOException, InterruptedException {
        try (CouchDbServer couch = CouchDbServer.start();
                MySqlServer mysql = MySqlServer.start()) {
            String name = "clinic_" + Long.toString(System.currentTimeMillis(), 36);
            URI database = URI.create(couch.url() + "/" + name);
            out.println();
            out.println("CouchDB  " + couch.describe() + ", database " + name);
            out.println("MySQL    " + mysql.describe() + ", database " + name);
            mysql.createDatabase(name);
            try (HikariDataSource pool = pool(mysql, name)) {
                mirror(couch, database, pool);
            }
            howToLook(couch, mysql, name);
            if (Boolean.getBoolean("quickstart.keep")) {
                out.println("The servers run until you press Enter.");
                System.in.read();
            }
        }
    }

    private void mirror(CouchDbServer couch, URI database, HikariDataSource pool)
            throws IOException, InterruptedException {
        DocumentMapper mapper = ClinicalTables.mapper();
        try (CouchDbSetup setup = CouchDbSetup.builder(database)
                .basic(couch.user(), couch.password())
                .build()) {
            setup.install();
        }
        ClinicalTables.createUsers(pool);
        MySqlSchema.install(pool);
        MySqlSchema.createMissing(pool, mapper.tables());

        Clinic clinic = new Clinic(database, couch.user(), couch.password());
        List<ObjectNode> written = fill(clinic);
        try (CouchDbChangeSource source = CouchDbChangeSource.builder(database)
                .basic(couch.user(), couch.password())
                .build()) {
            MySqlMirrorSink sink = MySqlMirrorSink.of(pool);
            MySqlCheckpointStore checkpoints = MySqlCheckpointStore.of(pool);
            Progress bar = new Progress(
                    out, "mirrored", count + UNKNOWN + documents.poison().size());
            SyncReport report;
            try (SyncWorker worker = worker(source, mapper, sink, checkpoints, bar)) {
                report = worker.runOnce();
            }
            out.println();
            out.println("Backfill  " + report);
            try (SyncWorker worker = worker(source, mapper, sink, checkpoints, SyncListener.logging())) {
                editLive(clinic, worker, written);
            }
        }
        new Summary(out, pool, STREAM).print(mapper.tables());
    }

    private static SyncWorker worker(
            CouchDbChangeSource source,
            DocumentMapper mapper,
            MySqlMirrorSink sink,
            MySqlCheckpointStore checkpoints,
            SyncListener listener) {
        return SyncWorker.builder(STREAM, source, mapper, sink, checkpoints)
                .conflicts(lastWriteWins("/updatedAt", "/patient/updatedAt", "/createdAt"))
                .listener(listener)
                .build();
    }

    /**
     * Writes the documents, then conflicts, deletions, unknown types and poison; returns those that stay as written.
     */
    private List<ObjectNode> fill(Clinic clinic) throws IOException, InterruptedException {
        List<ObjectNode> all = documents.some(count);
        Progress bar = new Progress(out, "written", count);
        for (int from = 0; from < all.size(); from += 1_000) {
            List<ObjectNode> part = all.subList(from, Math.min(all.size(), from + 1_000));
            clinic.write(part, () -> {});
            bar.advance(part.size(), "");
        }
        int conflicts = Math.min(CONFLICTS, count / 10);
        int deleted = Math.min(DELETED, count / 10);
        List<ObjectNode> contested = all.subList(0, conflicts);
        clinic.conflict(edits(contested, 5), edits(contested, 9));
        clinic.delete(all.subList(conflicts, conflicts + deleted));
        clinic.write(documents.unknown(UNKNOWN), () -> {});
        clinic.write(new ArrayList<>(documents.poison()), () -> {});
        return all.subList(conflicts + deleted, all.size());
    }

    /** Every other version is the later one, so that now CouchDB's winner wins and now the other. */
    private List<ObjectNode> edits(List<ObjectNode> of, long minutes) {
        List<ObjectNode> edits = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            edits.add(documents.edited(of.get(i), i % 2 == 0 ? minutes : 14 - minutes));
        }
        return edits;
    }

    private void editLive(Clinic clinic, SyncWorker worker, List<ObjectNode> written)
            throws IOException, InterruptedException {
        worker.start();
        if (!worker.awaitCaughtUp(Duration.ofMinutes(1))) {
            throw new IllegalStateException("the mirror did not catch up within a minute; it is " + worker.state());
        }
        out.println();
        out.println("Live: ten edits, from CouchDB's answer to the row in MySQL");
        long[] millis = new long[LIVE_EDITS];
        for (int i = 0; i < LIVE_EDITS; i++) {
            ObjectNode document = documents.edited(written.get(i * 7 % written.size()), 30);
            DocumentId id = DocumentId.of(document.get("_id").asString());
            Revision revision = clinic.put(document);
            long began = System.nanoTime();
            if (!worker.awaitMirrored(id, revision, Duration.ofSeconds(30))) {
                throw new IllegalStateException(id + " was not mirrored within 30 s");
            }
            millis[i] = (System.nanoTime() - began) / 1_000_000;
            out.printf("  %-20s %s… %5d ms%n", id, revision.toString().substring(0, 8), millis[i]);
        }
        Arrays.sort(millis);
        out.printf("  lag p50 %d ms, p99 %d ms%n", millis[LIVE_EDITS / 2 - 1], millis[LIVE_EDITS - 1]);
    }

    private static HikariDataSource pool(MySqlServer mysql, String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(mysql.jdbcUrl(name));
        config.setUsername(mysql.user());
        config.setPassword(mysql.password());
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    private void howToLook(CouchDbServer couch, MySqlServer mysql, String name) {
        out.println();
        out.println("Look for yourself"
                + (couch.ownsProcess() || mysql.ownsProcess()
                        ? " (the servers end with this program; -Dquickstart.keep=true keeps them until Enter)"
                        : ""));
        out.printf("  curl -u %s '%s/%s/_changes?limit=3&include_docs=true'%n", couch.user(), couch.url(), name);
        out.printf("  mysql -h %s -P %d -u %s -p %s%n", mysql.host(), mysql.port(), mysql.user(), name);
        if (couch.ownsProcess()) {
            out.println("  CouchDB's password: " + couch.password());
        }
        if (mysql.ownsProcess()) {
            out.println("  MySQL's password: " + mysql.password());
        }
        out.println("  SELECT triage_priority, COUNT(*) FROM clinical_sessions GROUP BY 1;");
        out.println("  SELECT type, losing_revision, chosen_revision, reason FROM sync_conflicts LIMIT 5;");
    }
}
