package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import dev.docmirror.reconcile.ReconcileReport;
import dev.docmirror.reconcile.Reconciler;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A mirror that is made anew beside the live one and put in its place. */
@ParameterizedClass
@EnumSource(Flavor.class)
@Timeout(300)
class RebuildIT {
    private static final StreamId STREAM = StreamId.of(RebuildRig.STREAM);

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        HikariConfig config = database.config(database.ownUrl());
        config.setMaximumPoolSize(10);
        pool = new HikariDataSource(config);
        RebuildRig.createTables(database, pool);
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void swap_damagedMirror_endsAsAFreshOneWithTheSameHistory() throws Exception {
        RebuildRig.mirror(pool, RebuildRig.first(), RebuildRig.second());
        database.execute(
                "DELETE FROM notes WHERE couch_id LIKE 'n1%' AND couch_id NOT IN ('n100')",
                "UPDATE notes SET title = 'damaged' WHERE couch_id LIKE 'n2%'",
                "UPDATE sync_conflicts SET is_resolved = 1, resolved_by = 'dr.ada', resolution_note = 'seen'");
        String decided = "SELECT COUNT(*) FROM sync_conflicts WHERE resolved_by = 'dr.ada'";
        long decisions = database.number(decided);
        MySqlDeadLetterStore letters = MySqlDeadLetterStore.of(pool);
        letters.discard(STREAM, DeadLetterFilter.poison(), "dr.ada", "nobody needs it");
        RebuildRig.rebuild(pool, RebuildRig.third());
        assertThat(RebuildRig.contents(database)).isEqualTo(expected());
        RebuildRig.assertNothingLeft(database);
        assertThat(database.number(decided)).as("what people decided").isEqualTo(decisions);
        assertThat(letters.count(STREAM)).as("what people discarded").isZero();
        // The stream goes on, and the constraints are there.
        InMemoryDatabase later = RebuildRig.third();
        later.put("n7", RebuildRig.note(7, "later", ""));
        later.put("orphan", RebuildRig.note(7, "orphan", "").replace("\"p7\"", "\"nobody\""));
        RebuildRig.mirror(pool, later);
        assertThat(database.one("SELECT title FROM notes WHERE couch_id = 'n7'"))
                .isEqualTo("later");
        assertThat(database.number("SELECT COUNT(*) FROM notes WHERE couch_id = 'orphan'"))
                .isZero();
    }

    @Test
    void fill_signedVersionsThatWereEditedOrPurged_areCarriedOver() throws Exception {
        RebuildRig.mirror(pool, RebuildRig.first(), RebuildRig.second());
        MySqlRebuild rebuild = MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper());
        try (SyncWorker worker = RebuildRig.shadow(rebuild, RebuildRig.third(), pool)) {
            rebuild.fill(worker);
            String shadow = String.valueOf(
                    database.one("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
                            + " AND TABLE_NAME LIKE 'notes\\_\\_new%'"));
            assertThat(database.query("SELECT couch_id FROM " + shadow + " WHERE title LIKE 'forged%'"))
                    .as("edits of signed versions")
                    .containsExactly(Map.of("couch_id", "late"));
            assertThat(database.one("SELECT title FROM " + shadow + " WHERE couch_id = 'n20'"))
                    .as("signed and purged")
                    .isEqualTo("note 20");
            assertThat(database.number("SELECT COUNT(*) FROM notes WHERE couch_id = 'late'"))
                    .as("the live table is left alone")
                    .isZero();
        }
    }

    @Test
    void swap_underContinuousWrites_readersSeeOldOrNewAndNothingElse() throws Exception {
        InMemoryDatabase clinic = RebuildRig.second();
        RebuildRig.mirror(pool, RebuildRig.first(), clinic);
        long initial = database.number("SELECT COUNT(*) FROM notes");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        try (SyncWorker live = RebuildRig.live(clinic, pool)) {
            live.start();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(clinic, stop, written));
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> read(initial, stop, reads));
            MySqlRebuild rebuild = MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper());
            try (SyncWorker worker = RebuildRig.shadow(rebuild, clinic, pool)) {
                worker.start();
                rebuild.fill(worker);
                ReconcileReport report = check(worker, clinic, rebuild);
                // A signed note was purged: that is known and stays.
                assertThat(report.found()).as(report.text()).isEqualTo(1);
                int before = reads.get();
                rebuild.swap(worker);
                assertThat(rebuild.isSwapped()).isTrue();
                await(() -> reads.get() > before + 5);
            }
            rebuild.dropReplaced();
            int more = reads.get();
            await(() -> reads.get() > more + 5);
            stop.set(true);
            writer.join();
            reader.join();
            Revision last = clinic.put("n5", RebuildRig.note(5, "the last", ""));
            assertThat(live.awaitMirrored(DocumentId.of("n5"), last, Duration.ofSeconds(60)))
                    .as("the live worker goes on")
                    .isTrue();
        }
        assertThat(written).hasPositiveValue();
        assertThat(database.one("SELECT title FROM notes WHERE couch_id = 'n5'"))
                .isEqualTo("the last");
        assertThat(database.number("SELECT COUNT(*) FROM notes")).isEqualTo(initial + written.get());
        RebuildRig.assertNothingLeft(database);
    }

    private ReconcileReport check(SyncWorker worker, InMemoryDatabase clinic, MySqlRebuild rebuild) throws Exception {
        return Reconciler.of(worker, new RebuildRig.Clinic(clinic), rebuild.sink(), MySqlDeadLetterStore.of(pool))
                .check();
    }

    private static void write(InMemoryDatabase clinic, AtomicBoolean stop, AtomicInteger written) {
        while (!stop.get()) {
            int number = written.getAndIncrement();
            clinic.put("new" + number, RebuildRig.note(number, "new " + number, ""));
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Each statement alone: no transaction around. */
    private void read(long initial, AtomicBoolean stop, AtomicInteger reads) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                try (ResultSet row = statement.executeQuery("SELECT COUNT(DISTINCT n.couch_id), COUNT(*)"
                        + " FROM notes n JOIN medications m ON m.note = n.couch_id")) {
                    row.next();
                    assertThat(row.getLong(1)).isGreaterThanOrEqualTo(initial);
                    assertThat(row.getLong(2)).as("children").isEqualTo(2 * row.getLong(1));
                }
                reads.incrementAndGet();
                LockSupport.parkNanos(1_000_000); // the other threads need the processor, too
            }
        } catch (Exception e) {
            throw new AssertionError("a reader saw " + e, e);
        }
    }

    @Test
    void swap_whileAReaderHoldsATable_waitsAndLetsOthersRead() throws Exception {
        InMemoryDatabase clinic = RebuildRig.first();
        RebuildRig.mirror(pool, clinic);
        MySqlRebuild rebuild = MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper());
        try (SyncWorker worker = RebuildRig.shadow(rebuild, clinic, pool);
                Connection reader = database.connect();
                Statement statement = reader.createStatement()) {
            rebuild.fill(worker);
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM notes LIMIT 1").close();
            CompletableFuture<Void> swap = CompletableFuture.runAsync(() -> {
                try {
                    rebuild.swap(worker);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            await(() -> database.number("SELECT COUNT(*) FROM information_schema.PROCESSLIST"
                            + " WHERE STATE LIKE 'Waiting for table metadata lock%' AND INFO LIKE 'RENAME%'")
                    > 0);
            assertThat(MySqlMirrorSink.of(pool).lease(STREAM, "somebody", Duration.ofSeconds(1)))
                    .as("nobody writes while the tables change places")
                    .isEmpty();
            assertThat(database.number("SELECT COUNT(*) FROM notes"))
                    .as("another reader, behind the rename that waits")
                    .isEqualTo(RebuildRig.NOTES);
            assertThat(swap).isNotDone();
            reader.commit();
            swap.join();
        }
        assertThat(rebuild.isSwapped()).isTrue();
    }

    @Test
    void begin_otherMapping_makesItsTables() throws Exception {
        RebuildRig.mirror(pool, RebuildRig.first());
        DocumentMapper other = TypeRouter.byField("/type")
                .route(
                        "note",
                        TableMapping.builder("notes")
                                .hashedKey("doc_key")
                                .column(Column.text("heading", 80).from("/title"))
                                .build())
                .route(
                        "patient",
                        TableMapping.builder("people")
                                .key("couch_id", 191)
                                .column(Column.text("name", 80).from("/name"))
                                .build())
                .build();
        database.execute("ALTER TABLE medications COMMENT 'stays'");
        assertThatThrownBy(() -> MySqlRebuild.begin(pool, RebuildRig.STREAM, other))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("notes.patient to patients.couch_id");
        database.execute(
                "SET foreign_key_checks=0",
                "ALTER TABLE notes DROP FOREIGN KEY notes_ibfk_1, DROP FOREIGN KEY notes_ibfk_2");
        MySqlRebuild rebuild = MySqlRebuild.begin(pool, RebuildRig.STREAM, other);
        try (SyncWorker worker = SyncWorker.builder(
                        rebuild.stream(),
                        new RebuildRig.Clinic(RebuildRig.first()),
                        other,
                        rebuild.sink(),
                        MySqlCheckpointStore.of(pool))
                .build()) {
            rebuild.swap(worker);
        }
        rebuild.dropReplaced();
        assertThat(database.number("SELECT COUNT(*) FROM notes WHERE heading LIKE 'note %'"))
                .isEqualTo(RebuildRig.NOTES);
        assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(10);
        assertThat(database.number("SELECT COUNT(*) FROM patients"))
                .as("a table that is not described any more")
                .isEqualTo(10);
        assertThat(database.one("SELECT DISTINCT mirrored_in FROM sync_documents WHERE type = 'note'"))
                .isEqualTo("notes:doc_key:h");
    }

    @Test
    void abort_leavesNothingBehind() throws Exception {
        RebuildRig.mirror(pool, RebuildRig.first(), RebuildRig.second());
        Map<String, Set<String>> before = RebuildRig.contents(database);
        MySqlRebuild rebuild = MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper());
        try (SyncWorker worker = RebuildRig.shadow(rebuild, RebuildRig.third(), pool)) {
            rebuild.fill(worker);
        }
        MySqlRebuild.find(pool, RebuildRig.STREAM).orElseThrow().abort();
        RebuildRig.assertNothingLeft(database);
        assertThat(RebuildRig.contents(database)).isEqualTo(before);
        assertThatThrownBy(rebuild::dropReplaced).isInstanceOf(IllegalStateException.class);
        RebuildRig.rebuild(pool, RebuildRig.third());
        assertThat(RebuildRig.contents(database)).isEqualTo(expected());
    }

    @Test
    void begin_whatTheNewTablesWouldNotHave_isNamed() throws Exception {
        assertThatThrownBy(() -> MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper()))
                .hasMessageContaining("there is no stream clinic");
        RebuildRig.mirror(pool, RebuildRig.first());
        database.execute(
                "CREATE TABLE bookmarks (note BIGINT UNSIGNED, FOREIGN KEY (note) REFERENCES notes (id)) ENGINE=InnoDB",
                "CREATE TRIGGER noted AFTER INSERT ON notes FOR EACH ROW SET @noted = 1",
                "ALTER TABLE patients ADD COLUMN loud VARCHAR(80) GENERATED ALWAYS AS (UPPER(name)) VIRTUAL");
        ConfigurationException refusal = catchThrowableOfType(
                ConfigurationException.class, () -> MySqlRebuild.begin(pool, RebuildRig.STREAM, RebuildRig.mapper()));
        assertThat(refusal)
                .hasMessageContaining("bookmarks.note to notes.id")
                .hasMessageContaining("trigger, noted")
                .hasMessageContaining("patients.loud is generated");
        assertThat(MySqlRebuild.find(pool, RebuildRig.STREAM)).isEmpty();
        database.execute("DROP TABLE bookmarks", "DROP TRIGGER noted", "ALTER TABLE patients DROP COLUMN loud");
        RebuildRig.assertNothingLeft(database);
    }

    /** A mirror that has seen it all and never was rebuilt. */
    private Map<String, Set<String>> expected() throws InterruptedException {
        TestDatabase fresh = TestDatabase.installed(flavor);
        try (HikariDataSource other = fresh.pool()) {
            RebuildRig.createTables(fresh, other);
            RebuildRig.mirror(other, RebuildRig.first(), RebuildRig.second(), RebuildRig.third());
        }
        return RebuildRig.contents(fresh);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
