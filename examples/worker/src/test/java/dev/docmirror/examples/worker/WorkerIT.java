package dev.docmirror.examples.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The runnable jar on servers: what each command does, what it prints, and how the process ends. */
class WorkerIT {
    private static final Duration SIGTERM_LIMIT = Duration.ofSeconds(10);
    /** What a stack trace, a driver or a careless handler would leave in the log of an orderly end. */
    private static final List<String> NOISE = List.of("Exception", "\tat ", "ERROR");

    /** A batch in the log, and how many changes it had. */
    private static final Pattern BATCH = Pattern.compile("(\\d+) changes, \\d+ written");

    private static CouchDbServer couch;
    private static MySqlServer mysql;

    private final List<Worker> workers = new ArrayList<>();
    private final Site site = new Site(couch, mysql);

    @BeforeAll
    static void startServers() {
        couch = CouchDbServer.start();
        mysql = MySqlServer.start();
    }

    @AfterAll
    static void endServers() {
        mysql.close();
        couch.close();
    }

    @AfterEach
    void endWorkers() throws Exception {
        for (Worker worker : workers) {
            worker.close();
        }
    }

    private Worker start(String... arguments) throws Exception {
        return start(site.settings(), arguments);
    }

    private Worker start(Map<String, String> settings, String... arguments) throws Exception {
        Worker worker = Worker.start(settings, arguments);
        workers.add(worker);
        return worker;
    }

    private static Worker.Ended run(Map<String, String> settings, String... arguments) throws Exception {
        return Worker.run(settings, arguments);
    }

    private Worker.Ended run(String... arguments) throws Exception {
        return run(site.settings(), arguments);
    }

    private void setUpWithSeed() throws Exception {
        run("--setup").expect(ExitCode.DONE);
        site.write(SeedDocuments.PATIENT, SeedDocuments.SESSION, SeedDocuments.FORM, SeedDocuments.AI_LOG);
    }

    private static String patient(String id) {
        return "{\"_id\":\"patient:" + id + "\",\"type\":\"clinicalPatient\",\"patient\":{\"cpt\":\"" + id
                + "\",\"updatedAt\":\"2026-02-14T10:30:00Z\"}}";
    }

    private static List<String> patients(String prefix, int count) {
        List<String> patients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            patients.add(patient(prefix + i));
        }
        return patients;
    }

    /** Rows without their counters, which a new row may jump, and the database's clock. */
    private Map<String, List<String>> rows() throws Exception {
        return Map.of(
                "patients", site.query("SELECT couch_id, cpt, visit_count, raw_document FROM patients"),
                "clinical_sessions", site.query("SELECT couch_id, status, raw_document FROM clinical_sessions"),
                "clinical_forms", site.query("SELECT couch_id, answers, raw_document FROM clinical_forms"),
                "ai_requests", site.query("SELECT couch_id, request_uuid, input_hash, prompt FROM ai_requests"),
                "sync_documents",
                        site.query("SELECT HEX(doc_key), type, HEX(content_hash), leaf_weight FROM sync_documents"));
    }

    @Test
    void setup_onEmptyServers_createsAllAndThenNothing() throws Exception {
        Worker.Ended first = run("--setup").expect(ExitCode.DONE);
        assertThat(first.out()).contains("created database", "created table patients", "created table ai_requests");
        Map<String, List<String>> made = site.everything();
        assertThat(made.keySet())
                .contains("patients", "clinical_sessions", "clinical_forms", "ai_requests", "users")
                .contains("sync_streams", "sync_documents", "sync_checkpoints", "sync_conflicts", "sync_dead_letters");

        Worker.Ended second = run("--setup").expect(ExitCode.DONE);
        assertThat(second.out()).doesNotContain("created").contains("as needed");
        assertThat(site.everything()).isEqualTo(made);
    }

    @Test
    void once_withDocuments_mirrorsThemAndStatusShowsIt() throws Exception {
        setUpWithSeed();
        assertThat(run("--status").expect(ExitCode.DONE).out()).contains("none yet", "patients 0");
        site.write("{\"_id\":\"bad\",\"type\":\"clinicalPatient\"}");

        Worker.Ended mirrored = run("--once").expect(ExitCode.DONE);
        assertThat(mirrored.out()).contains("5 changes", "1 parked", "--status");
        assertThat(mirrored.err()).contains("STARTING -> CATCHING_UP").doesNotContain("5 changes in");
        assertThat(site.query("SELECT cpt, age_months FROM patients")).containsExactly("AB12|24");
        assertThat(site.query("SELECT session_created_at FROM clinical_sessions"))
                .hasSize(1);

        assertThat(run("--status").expect(ExitCode.DONE).out())
                .contains("clinical", "patients 1", "clinical_sessions 1", "clinical_forms 1", "ai_requests 1")
                .contains("dead letters  1", "bad 1-", "`cpt`");
    }

    @Test
    void dryRun_atAnyTime_saysWhatItWouldWriteAndWritesNothing() throws Exception {
        setUpWithSeed();
        Map<String, List<String>> empty = site.everything();
        Worker.Ended first = run("--dry-run").expect(ExitCode.DONE);
        assertThat(first.out())
                .contains("read 4 changes, wrote nothing")
                .contains("patients: rows to insert: 1", "clinical_sessions: rows to insert: 1")
                .contains("clinical_forms: rows to insert: 1", "ai_requests: rows to insert: 1");
        assertThat(site.everything()).isEqualTo(empty);

        run("--once").expect(ExitCode.DONE);
        site.delete("form_001");
        site.write(patient("NEW1"), "{\"_id\":\"bad\",\"type\":\"clinicalPatient\"}");
        Map<String, List<String>> before = site.everything();
        Worker.Ended second = run("--dry-run", "--once").expect(ExitCode.DONE);
        assertThat(second.out())
                .contains("read 3 changes", "clinical_forms: documents to remove: 1", "patients: rows to insert: 1")
                .contains("dead letters")
                .doesNotContain("ai_requests");
        Worker.Ended again = run("--dry-run", "--reset").expect(ExitCode.DONE);
        assertThat(again.out()).contains("read 6 changes", "3 documents stay as they are");
        assertThat(site.everything()).isEqualTo(before);
    }

    @Test
    void reset_confirmed_readsAllAgainAndEndsWithTheSameRows() throws Exception {
        setUpWithSeed();
        run("--once").expect(ExitCode.DONE);
        Map<String, List<String>> before = rows();

        assertThat(run("--reset").expect(ExitCode.USAGE).err()).contains("--yes");
        Worker.Ended reset = run("--reset", "--yes").expect(ExitCode.DONE);
        assertThat(reset.out()).contains("4 changes", "4 unchanged");
        assertThat(rows()).isEqualTo(before);
        assertThat(run("--once").expect(ExitCode.DONE).out()).contains("0 changes");
    }

    @Test
    void daemon_whileChangesCome_mirrorsThemInSecondsAndEndsOnSigterm() throws Exception {
        setUpWithSeed();
        Worker daemon = start("--daemon", "--poll", "2s");
        daemon.awaitLog("-> LIVE");
        assertThat(site.count("patients")).isEqualTo(1);
        site.write(patient("CD34"));
        Duration taken = Await.until("the new patient", () -> site.count("patients") == 2);
        assertThat(taken).isLessThan(Duration.ofSeconds(5));
        endsInOrder(daemon);
        assertThat(site.query("SELECT COUNT(*) FROM sync_streams WHERE lease_owner IS NULL"))
                .as("leases given back")
                .containsExactly("1");
    }

    @Test
    void daemon_toldToEndInMidBackfill_finishesItsBatchAndGoesOnLater() throws Exception {
        run("--setup").expect(ExitCode.DONE);
        for (int part = 0; part < 10; part++) {
            site.write(patients("P" + part + "-", 500));
        }
        Map<String, String> settings = new HashMap<>(site.settings());
        settings.put("DOCMIRROR_LOG_LEVEL", "DEBUG");
        Worker daemon = start(settings, "--daemon", "--batch", "100");
        Await.until("the first batch", () -> site.count("patients") > 0);
        long told = BATCH.matcher(endsInOrder(daemon).err())
                .results()
                .mapToLong(batch -> Long.parseLong(batch.group(1)))
                .sum();
        assertThat(site.count("patients")).as("whole batches").isEqualTo(told);
        assertThat(site.count("sync_documents")).isEqualTo(site.count("patients"));
        run("--once").expect(ExitCode.DONE);
        assertThat(site.count("patients")).isEqualTo(5_000);
    }

    private static Worker.Ended endsInOrder(Worker daemon) throws Exception {
        long began = System.nanoTime();
        daemon.terminate();
        Worker.Ended ended = daemon.ended(SIGTERM_LIMIT).expect(ExitCode.TERMINATED);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SIGTERM_LIMIT);
        assertThat(ended.err()).contains("-> STOPPED").doesNotContain(NOISE);
        assertThat(ended.out()).isEmpty();
        return ended;
    }

    @Test
    void daemon_killed_isFollowedByAnotherAfterItsLease() throws Exception {
        setUpWithSeed();
        Worker first = start("--daemon", "--lease", "2s");
        first.awaitLog("-> LIVE");
        Worker second = start("--daemon", "--lease", "2s");
        second.awaitLog("-> STANDBY");
        first.kill();
        site.write(patient("EF56"));
        second.awaitLog("-> LIVE");
        Await.until("the new patient", () -> site.count("patients") == 2);
        endsInOrder(second);
    }

    @Test
    void daemon_onStandby_endsOnSigterm() throws Exception {
        setUpWithSeed();
        start("--daemon").awaitLog("-> LIVE");
        Worker standby = start("--daemon");
        standby.awaitLog("-> STANDBY");
        endsInOrder(standby);
    }

    @Test
    void daemon_startedWithoutMySql_retriesUntilItIsThere() throws Exception {
        Assumptions.assumeTrue(mysql.ownsProcess(), "the MySQL server was given and can't be stopped");
        setUpWithSeed();
        mysql.stop();
        Worker daemon;
        try {
            daemon = start("--daemon");
            daemon.awaitLog("-> RETRYING");
        } finally {
            mysql.restart();
        }
        daemon.awaitLog("-> LIVE");
        assertThat(site.count("patients")).isEqualTo(1);
        endsInOrder(daemon);
    }

    @Test
    void daemon_whileMySqlHangs_endsOnSigtermInTime() throws Exception {
        Assumptions.assumeTrue(mysql.ownsProcess(), "the MySQL server was given and can't be paused");
        setUpWithSeed();
        Worker daemon = start("--daemon", "--lease", "3s");
        daemon.awaitLog("-> LIVE");
        mysql.pause();
        try {
            site.write(patient("GH78"));
            daemon.terminate();
            daemon.ended(SIGTERM_LIMIT).expect(ExitCode.TERMINATED);
        } finally {
            mysql.resume();
        }
        run("--once", "--lease", "3s").expect(ExitCode.DONE);
        assertThat(site.count("patients")).isEqualTo(2);
    }

    @Test
    void rawMapping_withoutConfiguration_keepsEveryDocument() throws Exception {
        Map<String, String> raw = site.settings("DOCMIRROR_MAPPING", "raw");
        run(raw, "--setup").expect(ExitCode.DONE);
        assertThat(site.tables()).contains("documents").doesNotContain("patients", "users");
        site.write(SeedDocuments.PATIENT, "{\"_id\":\"Abc\",\"any\":[1]}", "{\"_id\":\"abc\"}");
        run(raw, "--once").expect(ExitCode.DONE);
        assertThat(site.query("SELECT id, deleted FROM documents")).containsExactly("Abc|0", "abc|0", "patient:AB12|0");
    }

    @Test
    void replacedDatabase_halts() throws Exception {
        setUpWithSeed();
        run("--once").expect(ExitCode.DONE);
        site.replaceDatabase();
        Map<String, List<String>> before = rows();
        assertThat(run("--once").expect(ExitCode.HALTED).err()).contains("HALTED", "not the database", "reset");
        assertThat(run("--daemon").expect(ExitCode.HALTED).err()).contains("HALTED");
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void missingTables_halt() throws Exception {
        run(site.settings("DOCMIRROR_MAPPING", "raw"), "--setup").expect(ExitCode.DONE);
        assertThat(run("--once").expect(ExitCode.HALTED).err())
                .contains("patients")
                .doesNotContain("\tat ");
    }

    @Test
    void wrongPassword_ofEitherServer_fails() throws Exception {
        setUpWithSeed();
        Worker.Ended noMySql = run(site.settings("DOCMIRROR_MYSQL_PASSWORD", "wr0ng-w0rd"), "--once");
        assertThat(noMySql.expect(ExitCode.FAILED).err())
                .contains("check user, password")
                .doesNotContain("wr0ng-w0rd");
        Worker.Ended noSetup = run(site.settings("DOCMIRROR_MYSQL_PASSWORD", "wr0ng-w0rd"), "--setup");
        assertThat(noSetup.expect(ExitCode.FAILED).err()).doesNotContain("wr0ng-w0rd", "\tat ");
        Worker.Ended noCouch = run(site.settings("DOCMIRROR_COUCHDB_PASSWORD", "wr0ng-w0rd"), "--daemon");
        assertThat(noCouch.expect(ExitCode.FAILED).err()).contains("FAILED").doesNotContain("wr0ng-w0rd", "\tat ");
    }

    @Test
    void output_ofEveryCommand_holdsNoSecretAndNoContent() throws Exception {
        setUpWithSeed();
        site.write(
                "{\"_id\":\"bad\",\"type\":\"clinicalPatient\",\"patient\":{\"cpt\":\"much longer than a cpt may be\"}}");
        String password = "c4nary-w0rd";
        Map<String, String> settings = site.settingsOfNewUser(password);
        settings.put("DOCMIRROR_LOG_LEVEL", "TRACE");
        for (List<String> arguments :
                List.of(List.of("--setup"), List.of("--dry-run"), List.of("--once"), List.of("--status"))) {
            Worker.Ended ended = run(settings, arguments.toArray(String[]::new)).expect(ExitCode.DONE);
            assertThat(ended.out() + ended.err())
                    .doesNotContain(password, "Cough", "presents with", "peds_respiratory\"", "much longer");
        }
    }

    @Test
    void help_ofTheJar_isPrinted() throws Exception {
        assertThat(run(Map.of(), "--help").expect(ExitCode.DONE).out()).contains("--daemon", "Exit codes");
    }
}
