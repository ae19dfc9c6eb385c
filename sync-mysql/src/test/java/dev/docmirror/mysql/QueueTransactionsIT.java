package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The queue in transactions of the host's, which may last, be rolled back, and have any isolation. */
@ParameterizedClass
@EnumSource(Flavor.class)
@Timeout(60)
class QueueTransactionsIT {
    private static final Duration LEASE = Duration.ofMinutes(10);

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private DatabaseQueue queue;
    private MySqlQueueStore store;

    @BeforeEach
    void open() {
        if (database == null) {
            database = TestDatabase.installed(flavor);
            database.execute("CREATE TABLE visits (id INT PRIMARY KEY)");
        }
        queue = new DatabaseQueue(database);
        store = queue.store();
    }

    @AfterEach
    void close() {
        if (queue != null) {
            queue.close();
        }
    }

    @Test
    void joined_hostRollsBack_leavesNoOperationAndNoAudit() throws SQLException {
        store.enqueue(patch("folded", "first"));
        try (Connection host = begin()) {
            insertVisit(host, 1);
            QueueStore joined = store.joined(host);
            QueuedOperation mine = joined.enqueue(patch("new", "a"));
            joined.enqueue(patch("folded", "second"));
            assertThat(joined.find(mine.number())).contains(mine);
            assertThat(store.find(mine.number())).isEmpty();
            host.rollback();
        }
        assertThat(store.list(QueueFilter.all()))
                .extracting(QueuedOperation::operation)
                .containsExactly(patch("folded", "first"));
        assertThat(store.audit(0, 100)).hasSize(1);
        assertThat(database.number("SELECT COUNT(*) FROM visits")).isZero();
        assertThat(database.number("SELECT COUNT(*) FROM sync_queue_documents")).isEqualTo(1);
    }

    @Test
    void joined_hostCommits_becomesDurableTogether() throws SQLException {
        try (Connection host = begin()) {
            insertVisit(host, 2);
            store.joined(host).enqueue(patch("new", "a"));
            host.commit();
        }
        assertThat(store.claim("w", 10, LEASE)).hasSize(1);
        assertThat(database.number("SELECT COUNT(*) FROM visits WHERE id = 2")).isEqualTo(1);
        database.execute("DELETE FROM visits");
    }

    @Test
    void joined_handle_isTheHostsTransaction() {
        Jdbi jdbi = Jdbi.create(queue.pool());
        jdbi.useTransaction(handle -> {
            store.joined(handle).enqueue(patch("a", "x"));
            handle.rollback();
        });
        jdbi.useTransaction(handle -> store.joined(handle).enqueue(patch("b", "x")));
        assertThat(store.list(QueueFilter.all()))
                .extracting(each -> each.operation().id())
                .containsExactly(DocumentId.of("b"));
    }

    @Test
    void joined_session_isLeftAsItIs() throws SQLException {
        try (Connection host = begin()) {
            try (Statement statement = host.createStatement()) {
                statement.execute("SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', time_zone = '+05:30'");
            }
            List<String> before = session(host);
            QueuedOperation queued = store.joined(host).enqueue(patch("a", "x").at(Instant.EPOCH));
            assertThat(session(host)).isEqualTo(before);
            host.commit();
            assertThat(store.find(queued.number())).contains(queued);
        }
    }

    private List<String> session(Connection host) throws SQLException {
        try (Statement statement = host.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT @@sql_mode, @@time_zone, @@autocommit, @@wait_timeout, @@"
                                + database.dialect().isolationVariable())) {
            row.next();
            List<String> all = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                all.add(row.getString(i));
            }
            return all;
        }
    }

    @Test
    void joined_connectionThatCommitsByItself_isRefused() throws SQLException {
        try (Connection host = database.connect()) {
            assertThatThrownBy(() -> store.joined(host))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("autoCommit");
        }
    }

    @Test
    void joined_workersCalls_areRefused() throws SQLException {
        try (Connection host = begin()) {
            QueueStore joined = store.joined(host);
            assertThatThrownBy(() -> joined.claim("w", 1, LEASE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> joined.settle(List.of())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> joined.purge(Instant.EPOCH)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> joined.audit(0, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void joined_snapshotIsOlderThanTheOperations_goesBehindTheNewest() throws SQLException {
        try (Connection host = begin()) {
            assertThat(store.joined(host).list(QueueFilter.all())).isEmpty();
            long first = store.enqueue(patch("a", "x").onRevision(revision(1))).number();
            long second = store.enqueue(patch("a", "y").onRevision(revision(2))).number();
            assertThat(second).isGreaterThan(first);
            long third = store.joined(host).enqueue(patch("a", "z")).number();
            host.commit();
            assertThat(third).isGreaterThan(second);
            assertThat(store.enqueue(patch("a", "w")).number()).isEqualTo(third);
        }
    }

    @Test
    void joined_twoHostsOnOneDocument_theSecondWaitsAndIsFolded() throws Exception {
        try (Connection first = begin();
                Connection second = begin()) {
            long number = store.joined(first).enqueue(patch("a", "x")).number();
            QueueStore other = store.joined(second);
            CompletableFuture<QueuedOperation> waiting =
                    CompletableFuture.supplyAsync(() -> other.enqueue(patch("a", "y")));
            awaitLockWait();
            assertThat(waiting).isNotDone();
            first.commit();
            assertThat(waiting.get(30, TimeUnit.SECONDS).number()).isEqualTo(number);
            second.commit();
            assertThat(store.find(number).orElseThrow().operation().body().orElseThrow())
                    .hasSize(2);
        }
    }

    @Test
    void joined_neighbouringNewDocuments_doNotWaitForEachOther() throws SQLException {
        List<Connection> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                hosts.add(begin());
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < hosts.size(); i++) {
                    store.joined(hosts.get(i)).enqueue(patch("n" + i + "." + round, "x"));
                }
            }
            for (Connection host : hosts) {
                host.commit();
            }
        } finally {
            for (Connection host : hosts) {
                host.close();
            }
        }
        assertThat(store.claim("w", 100, LEASE)).hasSize(24);
    }

    @Test
    void joined_hostThatLasts_doesNotHoldUpWorkers() throws SQLException {
        store.enqueue(patch("a", "x"));
        store.enqueue(patch("b", "x"));
        Claim ofA = store.claim("w", 1, LEASE).get(0);
        try (Connection host = begin()) {
            QueueStore joined = store.joined(host);
            long behind = joined.enqueue(patch("a", "y")).number();
            joined.enqueue(patch("b", "y"));
            assertThat(store.claim("w", 10, LEASE)).as("b is being folded").isEmpty();
            assertThat(store.renew(List.of(ofA), LEASE)).hasSize(1);
            assertThat(store.settle(List.of(done(ofA)))).hasSize(1);
            assertThat(store.claim("w", 10, LEASE)).isEmpty();
            assertThat(store.audit(0, 100)).hasSize(4);
            host.commit();
            assertThat(store.claim("w", 10, LEASE))
                    .extracting(claim -> claim.operation().number())
                    .hasSize(2)
                    .contains(behind);
        }
    }

    @Test
    @Timeout(40)
    void claim_whileAHostHoldsTheOldest_givesTheNextAndWaitsForNobody() throws SQLException {
        store.enqueue(patch("a", "x"));
        store.enqueue(patch("b", "x"));
        List<Long> free = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            free.add(store.enqueue(patch("c" + i, "x")).number());
        }
        try (Connection host = begin()) {
            store.joined(host).enqueue(patch("a", "y"));
            store.joined(host).enqueue(patch("b", "y"));
            List<Claim> claims = new ArrayList<>(store.claim("w", 1, LEASE, Set.of("note")));
            claims.addAll(store.claim("w", 2, LEASE));
            claims.addAll(store.claim("w", 1, LEASE, Set.of("note", "task")));
            assertThat(claims).extracting(claim -> claim.operation().number()).containsExactlyElementsOf(free);
            assertThat(store.settle(
                            claims.stream().map(QueueTransactionsIT::done).toList()))
                    .hasSize(4);
            assertThat(store.purge(Instant.parse("2200-01-01T00:00:00Z"))).isEqualTo(4);
        }
    }

    @Test
    void joined_cancelOfOneThatHoldsOthersBack_wakesThem() throws SQLException {
        long first = store.enqueue(patch("a", "x").onRevision(revision(1))).number();
        store.settle(List.of(Settlement.refused(store.claim("w", 1, LEASE).get(0), "forbidden")));
        try (Connection host = begin()) {
            assertThat(store.joined(host).find(first)).isPresent();
            long second = store.enqueue(patch("a", "y").onRevision(revision(2))).number();
            assertThat(store.claim("w", 10, LEASE)).as("parks it").isEmpty();
            assertThat(store.joined(host).change(first, new ManualChange.Cancel(), "admin", "because"))
                    .isPresent();
            host.commit();
            assertThat(store.claim("w", 10, LEASE))
                    .extracting(claim -> claim.operation().number())
                    .containsExactly(second);
        }
    }

    @Test
    void enqueue_beyondTheServersPacket_isRefusedAndSaysWhatToSet() {
        long limit = database.number("SELECT @@max_allowed_packet");
        ObjectNode body = JsonMapper.shared().createObjectNode().put("canary", "x".repeat((int) limit));
        assertThatThrownBy(() -> store.enqueue(SyncOperation.create("note", DocumentId.of("a"), body)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("max_allowed_packet")
                .hasMessageNotContaining("canary");
        assertThat(database.number("SELECT COUNT(*) FROM sync_queue_documents")).isZero();
    }

    @Test
    void enqueue_loneSurrogates_areKeptInBodiesAndRefusedInIds() {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("text", "x\ud800y\udc00");
        SyncOperation odd = SyncOperation.create("note", DocumentId.of("a"), body);
        assertThat(store.find(store.enqueue(odd).number()).orElseThrow().operation())
                .isEqualTo(odd);
        assertThatThrownBy(() -> store.enqueue(patch("\ud800", "x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void audit_entryThatWasAltered_isFound() {
        for (int i = 0; i < 10; i++) {
            store.enqueue(patch("a" + i, "x"));
        }
        QueueAudit.Head head = QueueAudit.verify(store::audit).intactTo();
        assertThat(head.sequence()).isEqualTo(10);
        List<AuditEntry> entries = store.audit(0, 100);
        database.execute("UPDATE sync_queue_audit SET changed_by = 'nobody' WHERE audit_id = 4");
        assertThat(QueueAudit.verify(store::audit).broken()).hasValue(4);
        database.execute(
                "UPDATE sync_queue_audit SET changed_by = '" + entries.get(3).by() + "' WHERE audit_id = 4");
        assertThat(QueueAudit.verify(store::audit, head).isIntact()).isTrue();
        database.execute("DELETE FROM sync_queue_audit WHERE audit_id = 10");
        assertThat(QueueAudit.verify(store::audit, head).broken()).hasValue(10);
        store.enqueue(patch("b", "x"));
        assertThat(QueueAudit.verify(store::audit).broken())
                .as("the next entry shows what was cut off")
                .hasValue(10);
    }

    @Test
    void claim_ofHundredThousand_readsTheIndexInItsOrder() throws SQLException {
        try (Connection connection = begin();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO sync_queue (doc_key, id, kind, type,"
                                + " body, delay_nanos, state, is_open, attempts, enqueued_at, due_at, changed_at, claim_at,"
                                + " claim_token) SELECT UNHEX(SHA2(n, 256)), n, 'CREATE', 'note', '{}', 0, 'PENDING', 1, 0, t, t, t,"
                                + " t, n FROM (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n,"
                                + " UTC_TIMESTAMP(6) - INTERVAL 1 HOUR AS t FROM " + digits("a") + "," + digits("b")
                                + ","
                                + digits("c") + "," + digits("d") + "," + digits("e") + ") numbers")) {
            insert.executeUpdate();
            connection.commit();
        }
        database.execute("ANALYZE TABLE sync_queue");
        store.enqueue(SyncOperation.delete("task", DocumentId.of("urgent")));
        assertThat(rowsRead(() -> assertThat(store.claim("w", 100, LEASE, Set.of("task", "visit")))
                        .hasSize(1)))
                .isLessThan(2_000);
        assertThat(rowsRead(() -> store.claim("w", 100, LEASE, Set.of("note", "task"))))
                .isLessThan(2_000);
        assertThat(rowsRead(() -> store.claim("w", 100, LEASE))).isLessThan(2_000);
        assertThat(rowsRead(() -> store.enqueue(patch("other", "x")))).isLessThan(2_000);
        List<Claim> claims = store.claim("w", 100, LEASE);
        assertThat(rowsRead(() -> store.settle(
                        claims.stream().map(QueueTransactionsIT::done).toList())))
                .isLessThan(2_000);
        assertThat(explained("SELECT " + QueueRow.COLUMNS + " FROM sync_queue FORCE INDEX (sync_queue_claim)"
                        + " WHERE claim_at <= UTC_TIMESTAMP(6) ORDER BY claim_at, operation_id LIMIT 100"
                        + " FOR UPDATE SKIP LOCKED"))
                .contains("range", "sync_queue_claim")
                .doesNotContain("filesort");
    }

    private static String digits(String name) {
        return "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL"
                + " SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) " + name;
    }

    private String explained(String sql) {
        return database.query("EXPLAIN " + sql).get(0).toString();
    }

    /** How many rows the server's engine touched meanwhile, on all connections. */
    private long rowsRead(Runnable work) {
        long before = handlerReads();
        work.run();
        return handlerReads() - before;
    }

    private long handlerReads() {
        return database.query("SHOW GLOBAL STATUS LIKE 'Handler_read%'").stream()
                .mapToLong(row ->
                        Long.parseLong(String.valueOf(List.copyOf(row.values()).get(1))))
                .sum();
    }

    /** InnoDB renews what it tells here only when nobody has asked for 100 ms. */
    private void awaitLockWait() throws InterruptedException {
        while (database.number("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'")
                == 0) {
            TimeUnit.MILLISECONDS.sleep(150);
        }
    }

    private static Settlement done(Claim claim) {
        return Settlement.completed(claim, Optional.of(revision(9)), Optional.empty());
    }

    private static SyncOperation patch(String id, String field) {
        return SyncOperation.patch(
                "note",
                DocumentId.of(id),
                JsonMapper.shared().createObjectNode().put(field, "value"));
    }

    private static Revision revision(int generation) {
        return new Revision(generation, "0123456789abcdef0123456789abcdef");
    }

    private Connection begin() throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void insertVisit(Connection host, int id) throws SQLException {
        try (PreparedStatement statement = host.prepareStatement("INSERT INTO visits VALUES (?)")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }
}
