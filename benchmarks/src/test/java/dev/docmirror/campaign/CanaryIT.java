package dev.docmirror.campaign;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.error.SyncException;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** With docmirror's loggers at TRACE, runs with every kind of failure say nothing of a document's content or a password. */
class CanaryIT {
    private static final String PASSWORD = "Wr0ng+Kennwort/9%&";
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final SyncOptions OPTIONS = SyncOptions.defaults()
            .withBackoff(Duration.ofMillis(20), Duration.ofMillis(200))
            .withPollWait(Duration.ofSeconds(1));

    private static Servers servers;
    private Site site;
    private Leaks leaks;
    private LogCapture log;
    private Heard heard;

    @BeforeAll
    static void startServers() {
        servers = Servers.start();
    }

    @AfterAll
    static void stopServers() {
        servers.close();
    }

    @BeforeEach
    void start() {
        site = new Site(servers);
        leaks = new Leaks(
                CanaryDocuments.CANARY,
                CanaryDocuments.NUMBER,
                PASSWORD,
                site.couch().user() + ":" + site.couch().password());
        heard = new Heard();
        log = new LogCapture(Level.TRACE);
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        site.close();
    }

    @Test
    void documents_goodBadAndContested_leaveNoTrace() throws Exception {
        CanaryDocuments documents = new CanaryDocuments();
        site.clinic().write(new ArrayList<>(documents.good()), () -> {});
        List<ObjectNode> contested = documents.good().subList(0, 20);
        site.clinic().conflict(edited(documents, contested, 5), edited(documents, contested, 9));
        site.clinic().write(documents.unknown(), () -> {});
        for (ObjectNode bad : documents.bad()) {
            site.documents().write(bad.toString());
        }
        Site.Mirror mirror = site.newMirror();
        try (SyncWorker worker = worker(site.source(), new Telltale(leaks, ClinicalTables.mapper()), mirror.pool())) {
            leaks.of(worker.runOnce());
        }
        assertThat(mirror.count("sync_dead_letters")).isGreaterThanOrEqualTo(14);
        assertThat(mirror.count("sync_conflicts")).isEqualTo(contested.size());
        assertThat(mirror.query("SELECT chief_complaint FROM clinical_sessions LIMIT 1"))
                .containsExactly(List.of(CanaryDocuments.CANARY));
        store(mirror);
        assertNoneLeaked(300);
    }

    @Test
    void sink_refusingValues_leavesNoTrace() throws Exception {
        Site.Mirror mirror = site.emptyMirror();
        mirror.execute(
                "CREATE TABLE odd (couch_id VARBINARY(191) PRIMARY KEY, text5 VARCHAR(5), number INT, moment DATETIME(6),"
                        + " latin VARCHAR(50) CHARACTER SET latin1, word ENUM('a', 'b'), json JSON,"
                        + " once VARCHAR(50) UNIQUE, checked VARCHAR(50) CHECK (checked <> '"
                        + CanaryDocuments.CANARY + "')) ENGINE=InnoDB");
        OddMapper mapper = new OddMapper();
        for (int i = 0; i < 60; i++) {
            site.documents().write(OddMapper.document("good-" + i));
        }
        for (String column : OddMapper.COLUMNS) {
            site.documents().write(OddMapper.document(column));
        }
        for (String thrown : OddMapper.THROWN) {
            site.documents().write(OddMapper.document(thrown));
        }
        try (SyncWorker worker = worker(site.source(), new Telltale(leaks, mapper), mirror.pool())) {
            worker.runOnce();
        }
        assertThat(mirror.query("SELECT id FROM sync_dead_letters WHERE kind IN ('SINK', 'COLLISION')").stream()
                        .map(row -> row.get(0)))
                .containsExactlyInAnyOrderElementsOf(OddMapper.COLUMNS);
        assertThat(mirror.query("SELECT id FROM sync_dead_letters WHERE kind = 'COLLISION'").stream()
                        .map(row -> row.get(0)))
                .containsExactly("once");
        assertThat(mirror.query("SELECT id FROM sync_dead_letters WHERE kind = 'MAPPING'").stream()
                        .map(row -> row.get(0)))
                .containsExactlyInAnyOrderElementsOf(OddMapper.THROWN);
        store(mirror);

        site.documents().write(OddMapper.document(OddMapper.ERROR));
        fails(site.source(), mapper, mirror.pool());
        assertNoneLeaked(200);
    }

    @Test
    void policyAndListener_throwingTheContent_leaveNoTrace() throws Exception {
        CanaryDocuments documents = new CanaryDocuments();
        site.clinic().write(new ArrayList<>(documents.good()), () -> {});
        List<ObjectNode> contested = documents.good().subList(0, 5);
        site.clinic().conflict(edited(documents, contested, 5), edited(documents, contested, 9));
        Site.Mirror mirror = site.newMirror();
        SyncListener throwing = (stream, event) -> {
            throw new IllegalStateException(CanaryDocuments.CANARY, new RuntimeException(PASSWORD));
        };
        try (SyncWorker worker = SyncWorker.builder(
                        Site.STREAM,
                        site.source(),
                        ClinicalTables.mapper(),
                        MySqlMirrorSink.of(mirror.pool()),
                        MySqlCheckpointStore.of(mirror.pool()))
                .conflicts((conflict, context) -> {
                    throw new IllegalArgumentException(
                            leaks.of(conflict).leaves().get(0).text());
                })
                .listener(SyncListener.logging().andThen(heard).andThen(throwing))
                .options(OPTIONS)
                .build()) {
            leaks.of(worker.runOnce());
        }
        assertThat(mirror.query("SELECT DISTINCT kind FROM sync_dead_letters")).containsExactly(List.of("POLICY"));
        assertThat(mirror.count("sync_dead_letters")).isEqualTo(contested.size());
        store(mirror);
        assertNoneLeaked(50);
    }

    @Test
    void credentials_refusedOrMisplaced_leaveNoTrace() throws Exception {
        Site.Mirror mirror = site.newMirror();
        String encoded = URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
        URI withSecret = URI.create(site.database().toString().replace("://", "://admin:" + encoded + "@"));
        try (CouchDbChangeSource denied =
                leaks.of(leaks.of(CouchDbChangeSource.builder(withSecret)).build())) {
            fails(denied, ClinicalTables.mapper(), mirror.pool());
        }
        fails(site.source(site.database(), PASSWORD), ClinicalTables.mapper(), mirror.pool());
        URI nobody = URI.create("http://admin:" + encoded + "@127.0.0.1:9/clinic");
        try (CouchDbChangeSource unreachable =
                CouchDbChangeSource.builder(nobody).build()) {
            fails(unreachable, ClinicalTables.mapper(), mirror.pool());
        }
        for (String odd :
                List.of("http://admin:" + encoded + "@/x", "ftp://a:" + encoded + "@h/x", "http://h/x?" + encoded)) {
            leaks.trace(catchThrowableOfType(
                    IllegalArgumentException.class,
                    () -> CouchDbChangeSource.builder(URI.create(odd)).build()));
        }
        String url = site.mysql().jdbcUrl(mirror.name());
        fails(
                site.source(),
                ClinicalTables.mapper(),
                site.pool(url, site.mysql().user(), PASSWORD));
        fails(site.source(), ClinicalTables.mapper(), site.pool("jdbc:mysql://127.0.0.1:9/x", "user", PASSWORD));
        assertNoneLeaked(20);
    }

    @Test
    void servers_failing_leaveNoTrace() throws Exception {
        servers.assumeOwned();
        CanaryDocuments documents = new CanaryDocuments();
        site.clinic().write(new ArrayList<>(documents.good().subList(0, 100)), () -> {});
        Site.Mirror mirror = site.newMirror();
        try (SyncWorker worker = worker(site.source(), ClinicalTables.mapper(), mirror.pool())) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            site.mysql().kill();
            site.clinic().write(new ArrayList<>(documents.good().subList(100, 150)), () -> {});
            Await.until(
                    "retries",
                    SOON,
                    () -> !heard.all(dev.docmirror.monitor.SyncEvent.RetryScheduled.class)
                            .isEmpty());
            site.couch().kill();
            site.mysql().restart();
            site.couch().restart();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
        }
        mirror.execute("ALTER TABLE patients DROP COLUMN phone");
        fails(site.source(), ClinicalTables.mapper(), mirror.pool());
        assertNoneLeaked(30);
    }

    @Test
    void couchDb_answeringNonsense_leavesNoTrace() throws Exception {
        Site.Mirror mirror = site.newMirror();
        try (NonsenseCouchDb nonsense = new NonsenseCouchDb(CanaryDocuments.CANARY);
                CouchDbChangeSource source = CouchDbChangeSource.builder(nonsense.database())
                        .basic("admin", PASSWORD)
                        .build();
                SyncWorker worker = worker(source, new Telltale(leaks, ClinicalTables.mapper()), mirror.pool())) {
            leaks.of(worker.runOnce());
            assertThat(nonsense.answersLeft()).isZero();
        }
        assertThat(mirror.query("SELECT id FROM sync_dead_letters")).containsExactly(List.of("unreadable"));
        store(mirror);
        assertNoneLeaked(30);
    }

    private SyncWorker worker(ChangeSource source, DocumentMapper mapper, HikariDataSource pool) {
        leaks.of(source);
        leaks.of(mapper);
        leaks.of(leaks.of(MySqlMirrorSink.of(pool)));
        leaks.of(MySqlCheckpointStore.of(pool));
        return leaks.of(site.worker(
                source, mapper, pool, leaks.of(OPTIONS), SyncListener.logging().andThen(heard)));
    }

    /** Runs a worker that must fail, and listens to what it says. */
    private void fails(ChangeSource source, DocumentMapper mapper, HikariDataSource pool) {
        SyncOptions soon = OPTIONS.withGiveUpAfter(Duration.ofMillis(50));
        try (SyncWorker worker =
                site.worker(source, mapper, pool, soon, SyncListener.logging().andThen(heard))) {
            leaks.trace(catchThrowableOfType(SyncException.class, worker::runOnce));
            leaks.of(worker.state());
        }
    }

    /** What stands in the database for people to read. */
    private void store(Site.Mirror mirror) {
        mirror.query("SELECT reason FROM sync_dead_letters").forEach(leaks::of);
        mirror.query("SELECT reason, outcome FROM sync_conflicts").forEach(leaks::of);
        mirror.query("SELECT name, lease_owner FROM sync_streams").forEach(leaks::of);
        MySqlDeadLetterStore.of(mirror.pool())
                .list(dev.docmirror.change.StreamId.of(Site.STREAM), 1_000)
                .forEach(letter -> {
                    leaks.of(letter);
                    MySqlConflictArchive.of(mirror.pool())
                            .of(dev.docmirror.change.StreamId.of(Site.STREAM), letter.id())
                            .forEach(leaks::of);
                });
    }

    private void assertNoneLeaked(int atLeast) {
        log.lines().forEach(line -> {
            leaks.of(line.text());
            leaks.of(line.thread());
        });
        heard.events().forEach(leaks::of);
        heard.all(dev.docmirror.monitor.SyncEvent.RetryScheduled.class).forEach(event -> leaks.trace(event.cause()));
        heard.all(dev.docmirror.monitor.SyncEvent.StateChanged.class)
                .forEach(event -> event.cause().ifPresent(leaks::trace));
        Thread.getAllStackTraces().keySet().forEach(thread -> leaks.of(thread.getName()));
        assertThat(log.lines().stream().filter(line -> line.logger().startsWith("dev.docmirror")))
                .as("what docmirror logged")
                .isNotEmpty();
        assertThat(leaks.size()).as("what was looked at").isGreaterThan(atLeast);
        leaks.assertNone();
    }

    private static List<ObjectNode> edited(CanaryDocuments documents, List<ObjectNode> contested, long minutes) {
        return contested.stream()
                .map(document -> documents.made().edited(document, minutes))
                .toList();
    }
}
