package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.testkit.server.MySqlServer;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What goes wrong around a transaction: what can heal is transient, what can't says what to do, and both are silent. */
@ParameterizedClass
@EnumSource(Flavor.class)
@Timeout(120)
class FaultsIT {
    private static final String CANARY = "canary-9b1e";
    /** The server's list of transactions is a copy that is renewed when nobody read it for a tenth of a second. */
    private static final Duration POLL = Duration.ofMillis(200);

    private static final TableLayout PEOPLE = TableLayout.of("people", "doc_id", "name");

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private TestStream stream;

    @BeforeEach
    void createTables() {
        database = TestDatabase.installed(flavor);
        createPeople(database);
        HikariConfig config = database.config(database.ownUrl());
        config.setConnectionInitSql("SET SESSION innodb_lock_wait_timeout=1");
        pool = new HikariDataSource(config);
        stream = new TestStream(pool);
    }

    private static void createPeople(TestDatabase database) {
        database.execute("CREATE TABLE people (doc_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
                + database.dialect().exactCollation() + " NOT NULL PRIMARY KEY, name VARCHAR(40))");
    }

    @AfterEach
    void closePool() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void apply_lockWaitTimeout_isTransientAndHoldsNothing() throws SQLException {
        stream.write(person("a", 1), person("b", 1));
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE people SET name = 'theirs' WHERE doc_id = 'b'");
            assertTransient(() -> stream.write(person("new", 1), person("b", 2)));
            statement.execute("INSERT INTO people VALUES ('new', 'not locked by a forgotten transaction')");
            other.rollback();
        }
        assertThat(stream.write(person("new", 1), person("b", 2))).isEmpty();
        assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(3);
    }

    @Test
    void apply_deadlock_isTransient() throws Exception {
        HikariConfig config = database.config(database.ownUrl());
        try (HikariDataSource patient = new HikariDataSource(config);
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            stream.write(person("a", 1), person("b", 1));
            stream.lease().close();
            TestStream waiting = new TestStream(patient);
            other.setAutoCommit(false);
            // The server gives up the transaction that changed less: ours.
            for (int i = 0; i < 50; i++) {
                statement.execute("INSERT INTO people VALUES ('weight-" + i + "', 'x')");
            }
            statement.execute("UPDATE people SET name = 'theirs' WHERE doc_id = 'b'");
            CompletableFuture<SyncException> ours = CompletableFuture.supplyAsync(() ->
                    catchThrowableOfType(SyncException.class, () -> waiting.write(person("a", 2), person("b", 2))));
            awaitLockWait();
            statement.execute("UPDATE people SET name = 'theirs' WHERE doc_id = 'a'");
            assertThat(ours.get(30, TimeUnit.SECONDS)).isInstanceOf(TransientSyncException.class);
            other.rollback();
            assertThat(waiting.write(person("a", 2), person("b", 2))).isEmpty();
        }
    }

    @Test
    void apply_connectionKilled_isTransientAndThePoolGoesOn() {
        for (int when = 0; when < 3; when++) {
            int at = when;
            assertTransient(() -> {
                try (MirrorTransaction transaction = stream.begin()) {
                    if (at == 0) {
                        kill(transaction);
                    }
                    TestStream.apply(transaction, List.of(person("a", at + 1)));
                    if (at == 1) {
                        kill(transaction);
                    }
                    transaction.park(List.of());
                    if (at == 2) {
                        kill(transaction);
                    }
                    transaction.commit();
                }
            });
            assertThat(database.number("SELECT COUNT(*) FROM people")).isZero();
        }
        assertThat(stream.write(person("a", 9))).isEmpty();
    }

    private void kill(MirrorTransaction transaction) {
        Handle handle = transaction.unwrap(Handle.class).orElseThrow();
        long id = handle.createQuery("SELECT CONNECTION_ID()").mapTo(Long.class).one();
        database.execute("KILL " + id);
    }

    @Test
    void commit_answerLost_isTransientAndDoneAgainChangesNothing() {
        FaultyCommits faulty = new FaultyCommits(pool);
        var dataSource = faulty.dataSource();
        stream.lease().close();
        TestStream lossy = new TestStream(dataSource);
        MySqlCheckpointStore checkpoints = MySqlCheckpointStore.of(dataSource);
        Checkpoint reached = new Checkpoint(Position.of("1"), new SourceIdentity("s", "d", "i"));
        faulty.lose(true);
        assertTransient(() -> batch(lossy, checkpoints, reached));
        faulty.lose(false);
        batch(lossy, checkpoints, reached);
        assertThat(checkpoints.load(lossy.stream())).contains(reached);
        assertThat(database.number("SELECT COUNT(*) FROM people")).isEqualTo(1);
    }

    private static void batch(TestStream stream, MySqlCheckpointStore checkpoints, Checkpoint reached) {
        try (MirrorTransaction transaction = stream.begin()) {
            assertThat(TestStream.apply(transaction, List.of(person("a", 1)))).isEmpty();
            checkpoints.save(stream.stream(), Optional.empty(), reached, transaction);
            transaction.commit();
        }
    }

    @Test
    void write_serverKilledAndRestarted_goesOn() {
        MySqlServer.whyUnavailable(flavor).ifPresent(org.junit.jupiter.api.Assumptions::abort);
        try (MySqlServer own = MySqlServer.start(flavor)) {
            org.junit.jupiter.api.Assumptions.assumeTrue(own.ownsProcess(), "the server is not the test's own");
            TestDatabase there = TestDatabase.on(own);
            HikariConfig config = there.config(there.ownUrl());
            config.setConnectionTimeout(2_000);
            try (HikariDataSource mortal = new HikariDataSource(config)) {
                MySqlSchema.install(mortal);
                createPeople(there);
                TestStream written = new TestStream(mortal);
                try (MirrorTransaction transaction = written.begin()) {
                    TestStream.apply(transaction, List.of(person("a", 1)));
                    own.kill();
                    assertTransient(transaction::commit);
                }
                assertTransient(() -> written.write(person("a", 1)));
                own.restart();
                assertThat(written.write(person("a", 1))).isEmpty();
                assertThat(there.number("SELECT COUNT(*) FROM people")).isEqualTo(1);
            }
        }
    }

    @Test
    void begin_poolExhausted_isTransient() {
        HikariConfig config = database.config(database.ownUrl());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(300);
        stream.lease().close();
        try (HikariDataSource narrow = new HikariDataSource(config)) {
            TestStream one = new TestStream(narrow);
            try (MirrorTransaction held = one.begin()) {
                assertTransient(() -> one.write(person("a", 1)));
                held.commit();
            }
            assertThat(one.write(person("a", 1))).isEmpty();
        }
    }

    @Test
    void begin_nobodyListens_isTransient() {
        String url = database.ownUrl().replace(":" + database.server().port(), ":1");
        assertTransient(() -> lease(database.config(url)));
    }

    @Test
    void begin_wrongPassword_isDenied() {
        HikariConfig config = database.config(database.ownUrl());
        config.setPassword(CANARY);
        assertThat(permanent(() -> lease(config)))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("password");
    }

    @Test
    void begin_unknownDatabase_isNamed() {
        HikariConfig config = database.config(database.ownUrl().replace(database.name(), "no_such_database"));
        assertThat(permanent(() -> lease(config)))
                .isInstanceOfAny(SchemaMismatchException.class, AccessDeniedException.class);
    }

    private static void lease(HikariConfig config) {
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(1_000);
        try (HikariDataSource broken = new HikariDataSource(config)) {
            new TestStream(broken);
        }
    }

    @Test
    void apply_grantMissing_isDenied() {
        try (HikariDataSource limited = limitedUser("SELECT, INSERT, UPDATE, DELETE", "sync_%")) {
            stream.lease().close();
            TestStream denied = new TestStream(limited);
            assertThat(permanent(() -> denied.write(person("a", 1))))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("people")
                    .hasMessageContaining("INSERT");
        }
    }

    @Test
    void write_serverReadOnly_isTransient() {
        try (HikariDataSource limited = limitedUser("SELECT, INSERT, UPDATE, DELETE", "%")) {
            stream.lease().close();
            TestStream writing = new TestStream(limited);
            database.execute("SET GLOBAL read_only = 1");
            try {
                assertTransient(() -> writing.write(person("a", 1)));
            } finally {
                database.execute("SET GLOBAL read_only = 0");
            }
            assertThat(writing.write(person("a", 1))).isEmpty();
        }
    }

    private HikariDataSource limitedUser(String grants, String tables) {
        String user = "limited_" + database.name().replaceAll("\\D", "");
        database.execute("CREATE USER '" + user + "'@'%' IDENTIFIED BY '" + CANARY + "'");
        for (Object table : database
                .query("SELECT TABLE_NAME t FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" + database.name()
                        + "' AND TABLE_NAME LIKE '" + tables + "'")
                .stream()
                .map(row -> row.get("t"))
                .toList()) {
            database.execute("GRANT " + grants + " ON " + database.name() + "." + table + " TO '" + user + "'@'%'");
        }
        HikariConfig config = database.config(
                flavor == Flavor.MYSQL ? database.mySqlUrl("allowPublicKeyRetrieval=true") : database.mariaDbUrl());
        config.setUsername(user);
        config.setPassword(CANARY);
        return new HikariDataSource(config);
    }

    @Test
    void apply_tableOrColumnGone_isNamed() {
        stream.write(person("a", 1));
        database.execute("ALTER TABLE people DROP COLUMN name");
        assertThat(permanent(() -> stream.write(person("a", 2))))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("name does not exist");
        database.execute("DROP TABLE people");
        assertThat(permanent(() -> stream.write(person("b", 1))))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("people does not exist");
    }

    @Test
    void lease_tablesNotInstalled_saysHow() {
        TestDatabase empty = TestDatabase.create(flavor);
        try (HikariDataSource bare = empty.pool()) {
            assertThat(permanent(() -> new TestStream(bare)))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContaining("sync_streams does not exist")
                    .hasMessageContaining("MySqlSchema.install");
        }
    }

    @Test
    void begin_readOnlyPool_saysSo() {
        HikariConfig config = database.config(database.ownUrl());
        config.setReadOnly(true);
        stream.lease().close();
        try (HikariDataSource readOnly = new HikariDataSource(config)) {
            assertThat(permanent(() -> new TestStream(readOnly))).isInstanceOf(ConfigurationException.class);
        }
    }

    private static Version person(String id, int generation) {
        return Version.of(id, generation, put(PEOPLE, CANARY + generation));
    }

    private void awaitLockWait() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (database.number("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'")
                == 0) {
            assertThat(System.nanoTime()).as("nobody waits for a lock").isLessThan(end);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void assertTransient(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        TransientSyncException failure = catchThrowableOfType(TransientSyncException.class, action);
        assertThat(failure).as("a transient failure").isNotNull();
        Exceptions.assertTellsNothingOf(failure, CANARY, database.server().password() + "\"");
    }

    private static SyncException permanent(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        SyncException failure = catchThrowableOfType(SyncException.class, action);
        assertThat(failure).as("a permanent failure").isNotNull().isNotInstanceOf(TransientSyncException.class);
        Exceptions.assertTellsNothingOf(failure, CANARY);
        return failure;
    }
}
