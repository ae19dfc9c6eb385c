package dev.docmirror.campaign;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.monitor.SyncListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is wrong around a worker is told once, with what to do about it, in the words that the README quotes. */
class ErrorsIT {
    /** Nobody listens on the port of a discard service. */
    private static final String NOBODY = "127.0.0.1:9";

    private static Site site;
    private Site.Mirror mirror;

    @BeforeAll
    static void start() throws Exception {
        site = new Site();
        SampleData.load(site.clinic(), 100, 1);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    @BeforeEach
    void makeMirror() {
        mirror = site.newMirror();
    }

    @Test
    void worker_wrongCouchDbPassword_fails() {
        ChangeSource denied = site.source(site.database(), "wrong");
        String said = failure(denied, mirror.pool(), SyncState.FAILED, AccessDeniedException.class);
        assertThat(said)
                .isEqualTo("GET / answered 401 (unauthorized): the credentials were refused; mend user and password,"
                        + " or token");
        QuotedErrors.check("wrong CouchDB password", said);
    }

    @Test
    void worker_wrongMySqlPassword_fails() {
        HikariDataSource denied =
                site.pool(site.mysql().jdbcUrl(mirror.name()), site.mysql().user(), "wrong");
        String said = failure(site.source(), denied, SyncState.FAILED, AccessDeniedException.class);
        assertThat(said)
                .isEqualTo(
                        "asking for the server's version was denied (code 1045, state 28000); check user, password and"
                                + " grants: the mirror needs SELECT, INSERT, UPDATE and DELETE on its tables, the schema"
                                + " set-up CREATE and REFERENCES, too");
        QuotedErrors.check("wrong MySQL password", said);
    }

    @Test
    void worker_unreachableCouchDb_retriesAndGivesUpWhereAsked() {
        ChangeSource nobody = site.source(
                URI.create("http://" + NOBODY + "/clinic"), site.couch().password());
        String said = failure(nobody, mirror.pool(), SyncState.FAILED, TransientSyncException.class);
        assertThat(said)
                .isEqualTo("GET / at http://" + NOBODY
                        + ": no connection; check that the server runs and the URL is right");
        QuotedErrors.check("CouchDB can't be reached", said);
    }

    @Test
    void worker_unknownHostOfCouchDb_retriesAndGivesUpWhereAsked() {
        ChangeSource nowhere = site.source(
                URI.create("http://couch.invalid:5984/clinic"), site.couch().password());
        String said = failure(nowhere, mirror.pool(), SyncState.FAILED, TransientSyncException.class);
        assertThat(said).isEqualTo("GET / at http://couch.invalid:5984: the host name is unknown; check the URL");
        QuotedErrors.check("CouchDB's host name is wrong", said);
    }

    @Test
    void worker_unreachableMySql_retriesAndGivesUpWhereAsked() {
        HikariDataSource nobody = site.pool("jdbc:mysql://" + NOBODY + "/clinic", "user", "wrong");
        String said = failure(site.source(), nobody, SyncState.FAILED, TransientSyncException.class);
        assertThat(said)
                .isEqualTo(
                        "asking for the server's version failed for now: the connection is broken or the server can't be"
                                + " reached (code 0, state 08S01); check that the server runs and the pool's URL is right");
        QuotedErrors.check("MySQL can't be reached", said);
    }

    @Test
    void worker_missingMirrorTable_halts() {
        mirror.execute("DROP TABLE patients");
        String said = failure(site.source(), mirror.pool(), SyncState.HALTED, SchemaMismatchException.class);
        assertThat(said)
                .isEqualTo("the database has 1 difference to what the mirror needs:\n"
                        + "- table patients is missing; make it with MySqlSchema.createMissing, or by hand from"
                        + " MySqlSchema.ddl");
        QuotedErrors.check("a table of the mirror is missing", said);
    }

    @Test
    void worker_missingTableOfDocmirror_halts() {
        mirror.execute("DROP TABLE sync_documents");
        String said = failure(site.source(), mirror.pool(), SyncState.HALTED, SchemaMismatchException.class);
        assertThat(said)
                .isEqualTo("the database has 1 difference to what the mirror needs:\n"
                        + "- table sync_documents of docmirror is missing; run MySqlSchema.install(dataSource) or the"
                        + " SQL files in dev/docmirror/mysql/schema/");
        QuotedErrors.check("a table of docmirror is missing", said);
    }

    @Test
    void worker_wrongTypesAndMissingColumn_haltsNamingEach() {
        mirror.execute("ALTER TABLE patients MODIFY visit_count VARCHAR(10) NULL, DROP COLUMN phone");
        String said = failure(site.source(), mirror.pool(), SyncState.HALTED, SchemaMismatchException.class);
        assertThat(said.lines().toList()).hasSize(3);
        assertThat(said)
                .startsWith("the database has 2 differences to what the mirror needs:\n")
                .contains(
                        "- column patients.visit_count is varchar(10), too narrow or of another type than INT; ALTER TABLE `patients`"
                                + " MODIFY `visit_count` INT NOT NULL DEFAULT")
                .contains("- column patients.phone is missing; ALTER TABLE `patients` ADD COLUMN `phone` VARCHAR(30)");
        QuotedErrors.check("a column has the wrong type", said);
        QuotedErrors.check("a column is missing", said);
    }

    @Test
    void worker_columnDroppedUnderIt_haltsNamingIt() throws Exception {
        site.drain(mirror);
        try (SyncWorker worker = site.worker(mirror, options(), SyncListener.logging())) {
            worker.start();
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
            mirror.execute("ALTER TABLE clinical_sessions DROP COLUMN notes");
            site.clinic().write(List.of(session("session_dropped")), () -> {});
            Await.until(
                    "the worker ends",
                    Duration.ofSeconds(30),
                    () -> worker.state().isTerminal());
            String said = worker.failure().orElseThrow().getMessage();
            assertThat(worker.state()).isEqualTo(SyncState.HALTED);
            assertThat(said)
                    .contains("failed: column notes does not exist (code 1054, state 42S22); MySqlSchema.install makes"
                            + " docmirror's tables, MySqlSchema.ddl shows the mirror's");
            QuotedErrors.check("a column was dropped under a running worker", said);
        }
    }

    @Test
    void worker_malformedCheckpoint_halts() throws Exception {
        site.drain(mirror);
        mirror.execute("UPDATE sync_checkpoints SET position = 'garbage'");
        String said = failure(site.source(), mirror.pool(), SyncState.HALTED, InvalidPositionException.class);
        assertThat(said)
                .matches("GET /\\w+/_changes answered 400 \\(bad_request\\): the position is malformed; restore the"
                        + " checkpoint, or reset the stream to mirror from the beginning");
        QuotedErrors.check("the checkpoint is malformed", said);
    }

    @Test
    void worker_emptyCheckpoint_halts() throws Exception {
        site.drain(mirror);
        mirror.execute("UPDATE sync_checkpoints SET position = ''");
        String said = failure(site.source(), mirror.pool(), SyncState.HALTED, InvalidPositionException.class);
        assertThat(said)
                .isEqualTo("the stored position of stream clinical is empty; restore the checkpoint, or reset the"
                        + " stream to mirror from the beginning");
        QuotedErrors.check("the checkpoint is empty", said);
    }

    @Test
    void worker_replacedDatabase_halts() throws Exception {
        URI database = site.newDatabase();
        Documents documents =
                new Documents(database, site.couch().user(), site.couch().password());
        documents.write("{\"_id\":\"stock\",\"type\":\"stockTake\"}");
        failsNot(database);
        String before =
                documents.send("GET", "", "").json().get("instance_start_time").asString();
        Await.until("the database has another start time", Duration.ofSeconds(10), () -> {
            documents.deleteDatabase();
            site.create(database);
            return !documents
                    .send("GET", "", "")
                    .json()
                    .get("instance_start_time")
                    .asString()
                    .equals(before);
        });
        ChangeSource source = site.source(database, site.couch().password());
        String said = failure(source, mirror.pool(), SyncState.HALTED, SourceReplacedException.class);
        assertThat(said)
                .matches("the source is not the database of the checkpoint: it was .+, now it is .+; restore the"
                        + " configuration, or reset the stream to mirror this database from its beginning");
        QuotedErrors.check("the database was deleted and made anew, or is another one", said);
    }

    @Test
    void worker_missingDatabase_halts() {
        ChangeSource missing = site.source(
                URI.create(site.couch().url() + "/nowhere"), site.couch().password());
        String said = failure(missing, mirror.pool(), SyncState.HALTED, SourceUnavailableException.class);
        assertThat(said)
                .isEqualTo("GET /nowhere answered 404 (not_found): there is no such database; create it or mend the"
                        + " URL");
        QuotedErrors.check("the CouchDB database does not exist", said);
    }

    @Test
    void worker_missingMySqlDatabase_halts() {
        HikariDataSource missing = site.pool(
                site.mysql().jdbcUrl("nowhere"),
                site.mysql().user(),
                site.mysql().password());
        String said = failure(site.source(), missing, SyncState.HALTED, SchemaMismatchException.class);
        assertThat(said)
                .isEqualTo(
                        "asking for the server's version failed: the database does not exist (code 1049, state 42000); create"
                                + " it or mend the pool's URL");
        QuotedErrors.check("the MySQL database does not exist", said);
    }

    @Test
    void readme_hasNoErrorThatIsNotShownHere() throws Exception {
        String shown = java.nio.file.Files.readString(QuotedErrors.ownSource());
        assertThat(QuotedErrors.situations())
                .allSatisfy(situation -> assertThat(shown).contains("\"" + situation + "\""));
    }

    private void failsNot(URI database) throws InterruptedException {
        ChangeSource source = site.source(database, site.couch().password());
        try (SyncWorker worker = worker(source, mirror.pool(), SyncListener.logging())) {
            worker.runOnce();
        }
    }

    /** Runs a worker that can't work; what it says, after checking that it says it once. */
    private static String failure(
            ChangeSource source, HikariDataSource pool, SyncState state, Class<? extends SyncException> kind) {
        Heard heard = new Heard();
        try (LogCapture log = new LogCapture(Level.INFO);
                SyncWorker worker = worker(source, pool, SyncListener.logging().andThen(heard))) {
            SyncException failure = catchThrowableOfType(kind, worker::runOnce);
            assertThat(failure).isNotNull();
            assertThat(worker.state()).isEqualTo(state);
            assertThat(worker.failure()).containsSame(failure);
            assertThat(heard.states()).endsWith(state).containsOnlyOnce(state);
            assertThat(log.at(Level.ERROR))
                    .singleElement()
                    .satisfies(line -> assertThat(line).endsWith(failure.getMessage()));
            return failure.getMessage();
        }
    }

    private static SyncWorker worker(ChangeSource source, HikariDataSource pool, SyncListener listener) {
        return site.worker(source, ClinicalTables.mapper(), pool, options(), listener);
    }

    private static SyncOptions options() {
        return SyncOptions.defaults()
                .withBackoff(Duration.ofMillis(10), Duration.ofMillis(20))
                .withGiveUpAfter(Duration.ofMillis(100));
    }

    private static ObjectNode session(String id) {
        ObjectNode session = new dev.docmirror.examples.quickstart.ClinicalDocuments(2)
                .some(5)
                .get(4);
        return session.put("_id", id).put("id", id);
    }
}
