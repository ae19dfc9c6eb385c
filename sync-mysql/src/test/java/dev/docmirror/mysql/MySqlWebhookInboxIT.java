package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.testkit.WebhookInboxContractTest;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import dev.docmirror.webhook.WebhookChangeSource;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookInbox;
import dev.docmirror.webhook.WebhookInbox.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The contract of an inbox, and what is particular to a transaction of the host's. */
@ParameterizedClass
@EnumSource(Flavor.class)
class MySqlWebhookInboxIT {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 1 << 24);
    private static final Map<Flavor, TestDatabase> DATABASES = new EnumMap<>(Flavor.class);
    private static final AtomicInteger INBOXES = new AtomicInteger();
    private static final TableMapping USERS = TableMapping.builder("users")
            .key("uid", 50)
            .column(Column.text("email", 100).from("/email"))
            .build();

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private HikariDataSource pool;
    private MySqlWebhookInbox inbox;
    private String name;

    @BeforeEach
    void openInbox() {
        database = DATABASES.computeIfAbsent(flavor, TestDatabase::installed);
        pool = database.pool();
        name = "inbox-" + INBOXES.incrementAndGet();
        inbox = MySqlWebhookInbox.of(pool, name);
        assertThat(inbox.identity().database()).isEqualTo("inbox:" + name);
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Nested
    class Contract extends WebhookInboxContractTest {
        @Override
        protected WebhookInbox openInbox() {
            return inbox;
        }

        @Override
        protected void recreateInbox() {
            String mine = " WHERE inbox_id = (SELECT inbox_id FROM sync_inboxes WHERE name = '" + name + "')";
            database.execute(
                    "DELETE FROM sync_inbox_entries" + mine,
                    "DELETE FROM sync_inbox_documents" + mine,
                    "UPDATE sync_inboxes SET incarnation = UUID(), last_number = 0, purged_to = 0 WHERE name = '" + name
                            + "'");
        }
    }

    @Test
    void append_hostRollsBack_isAsIfItNeverCame() throws SQLException {
        try (Connection host = begin()) {
            assertThat(inbox.append(host, changed("1", "ada"))).isTrue();
            assertThat(inbox.append(host, changed("1", "ada"))).isFalse();
            assertThat(inbox.after(0, LIMITS).entries()).isEmpty();
            host.rollback();
            assertThat(inbox.append(host, changed("1", "ada"))).isTrue();
            host.commit();
        }
        assertThat(inbox.after(0, LIMITS).entries()).hasSize(1);
    }

    @Test
    void after_longTransactionBeginsFirstAndCommitsLast_comesLast() throws SQLException {
        try (Connection host = begin()) {
            inbox.append(host, changed("slow", "ada"));
            inbox.append(changed("fast", "bob"));
            inbox.append(changed("fast too", "ada"));
            List<Entry> seen = inbox.after(0, LIMITS).entries();
            assertThat(seen).extracting(entry -> entry.id().value()).containsExactly("bob", "ada");
            host.commit();
            assertThat(inbox.after(seen.get(1).number(), LIMITS).entries())
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.id().value()).isEqualTo("ada");
                        assertThat(entry.generation()).isEqualTo(2);
                    });
        }
    }

    @Test
    void after_hostsOfDifferentSpeed_noneIsSkipped() throws Exception {
        int writers = 3;
        int each = 40;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                writing.add(threads.submit(() -> write(writer, each)));
            }
            List<Entry> read = new ArrayList<>();
            long cursor = 0;
            boolean done;
            do {
                done = writing.stream().allMatch(Future::isDone);
                List<Entry> page =
                        inbox.after(cursor, new BatchLimits(10, 1 << 20)).entries();
                read.addAll(page);
                cursor = page.isEmpty() ? cursor : page.get(page.size() - 1).number();
            } while (!done || cursor < inbox.after(cursor, LIMITS).last());
            for (Future<?> one : writing) {
                one.get();
            }
            // Every second transaction of two appends is rolled back.
            assertThat(read).hasSize(writers * each);
            assertThat(read).extracting(Entry::number).isSorted().doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean write(int writer, int each) throws SQLException {
        try (Connection host = begin()) {
            for (int i = 0; i < each; i++) {
                inbox.append(host, changed(writer + "-" + i + "-first", "doc-" + writer));
                inbox.append(host, changed(writer + "-" + i + "-second", "own-" + writer + "-" + i));
                if (i % 2 == 0) {
                    host.commit();
                } else {
                    host.rollback();
                }
            }
            return true;
        }
    }

    @Test
    void runOnce_pushedDocuments_areMirroredAndPurged() throws Exception {
        WebhookChangeSource source = WebhookChangeSource.of(inbox);
        MySqlCheckpointStore checkpoints = MySqlCheckpointStore.of(pool);
        MySqlSchema.createMissing(pool, USERS.tables());
        String stream = "users-of-" + name;
        try (SyncWorker worker = SyncWorker.builder(stream, source, USERS, MySqlMirrorSink.of(pool), checkpoints)
                .build()) {
            inbox.append(changed("1", "ada"));
            inbox.append(changed("2", "bob"));
            inbox.append(WebhookDelivery.deleted("3", DocumentId.of("bob")));
            worker.runOnce();
            assertThat(database.query("SELECT uid, email FROM users"))
                    .singleElement()
                    .satisfies(
                            row -> assertThat(row).containsEntry("uid", "ada").containsEntry("email", "1@x"));
            var position = checkpoints.load(StreamId.of(stream)).orElseThrow().position();
            assertThat(source.purge(position, Duration.ofHours(-1))).isEqualTo(3);
            inbox.append(changed("4", "ada"));
            worker.runOnce();
            assertThat(database.one("SELECT email FROM users")).isEqualTo("4@x");
        }
    }

    private Connection begin() throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static WebhookDelivery changed(String delivery, String id) {
        String json = "{\"email\":\"" + delivery + "@x\"}";
        return WebhookDelivery.changed(delivery, DocumentId.of(id), json.getBytes(StandardCharsets.UTF_8));
    }
}
