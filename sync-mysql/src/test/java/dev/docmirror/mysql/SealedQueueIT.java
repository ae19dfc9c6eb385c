package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.error.MissingKeyException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueueStore.Pin;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.QueueFixture;
import dev.docmirror.testkit.QueueReportContractTest;
import dev.docmirror.testkit.QueueSettlementContractTest;
import dev.docmirror.testkit.QueueStoreContractTest;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A queue whose bodies are encrypted keeps every contract of a queue, and no content in its tables. */
@ParameterizedClass
@EnumSource(Flavor.class)
class SealedQueueIT {
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final String CANARY = "CANARY-4711";

    @Parameter
    Flavor flavor;

    private TestDatabase database;
    private KeyRing keys = KeyRing.of();

    @BeforeEach
    void install() {
        keys = KeyRing.of(key("k1"));
        if (database == null) {
            database = TestDatabase.installed(flavor);
        }
    }

    @AfterEach
    void wipe() {
        keys.close();
    }

    private static EnvelopeKey key(String id) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) id.charAt(1);
        return EnvelopeKey.raw(id, bytes);
    }

    private DatabaseQueue open() {
        return new DatabaseQueue(database, store -> store.sealed(Envelopes.of("clinic", keys)));
    }

    @Nested
    class Operations extends QueueStoreContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Settlements extends QueueSettlementContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Reports extends QueueReportContractTest {
        @Override
        protected QueueFixture openQueue() {
            return open();
        }
    }

    @Nested
    class Keys {
        private DatabaseQueue queue;
        private MySqlQueueStore store;

        @BeforeEach
        void openQueue() {
            queue = open();
            store = queue.store();
        }

        @AfterEach
        void close() {
            if (queue != null) {
                queue.close();
            }
        }

        @Test
        void tables_everyKindOfOperation_holdNoContent() throws SQLException {
            store.enqueue(SyncOperation.create("t", DocumentId.of("created"), body()));
            store.enqueue(SyncOperation.patch("t", DocumentId.of("created"), body("more")));
            store.enqueue(SyncOperation.update("t", DocumentId.of("failed"), body()));
            store.enqueue(SyncOperation.patch("t", DocumentId.of("redone"), body()));
            List<Claim> claims = store.claim("w", 10, LEASE);
            assertThat(claims).hasSize(3);
            store.pin(claims.stream()
                    .map(claim -> new Pin(claim, edit(claim, body("pinned"))))
                    .toList());
            store.settle(List.of(
                    Settlement.failed(claims.get(1), "code 500", Optional.empty()),
                    Settlement.conflict(claims.get(2), Optional.empty(), "edited")));
            long conflict = claims.get(2).operation().number();
            SyncOperation redone = SyncOperation.update("t", DocumentId.of("redone"), body("redone"));
            store.change(conflict, new ManualChange.Redo(redone), "ada", "as they said");

            assertThat(store.find(conflict).orElseThrow().operation().body()).contains(body("redone"));
            assertThat(dump()).contains("docmirror_sealed", "A256GCM").doesNotContain(CANARY);
        }

        private DocumentEdit edit(Claim claim, ObjectNode body) {
            return new DocumentEdit(claim.operation().operation().id(), Optional.empty(), false, body);
        }

        @Test
        void claim_keyGone_putsThoseOffAndGivesTheOthers() {
            long shut = enqueue("shut").number();
            keys.add(key("k2"));
            long open = enqueue("open").number();
            keys.remove("k1");

            assertThat(store.claim("w", 1, LEASE))
                    .extracting(claim -> claim.operation().number())
                    .containsExactly(open);

            QueuedOperation waiting = store.find(shut).orElseThrow();
            assertThat(waiting.state()).isEqualTo(OperationState.PENDING);
            assertThat(waiting.reason())
                    .hasValueSatisfying(why -> assertThat(why).contains("key"));
            assertThat(waiting.attempts()).isZero();
            assertThat(waiting.operation().body().orElseThrow().has("docmirror_sealed"))
                    .isTrue();
            assertThat(store.list(QueueFilter.all())).hasSize(2);
            assertThat(store.claim("w", 10, LEASE)).isEmpty();

            queue.pass(Duration.ofMinutes(2));
            assertThat(store.claim("w", 10, LEASE)).as("still no key").isEmpty();
            keys.addToRead(key("k1"));
            queue.pass(Duration.ofMinutes(2));
            assertThat(store.claim("w", 10, LEASE)).singleElement().satisfies(claim -> {
                assertThat(claim.operation().number()).isEqualTo(shut);
                assertThat(claim.operation().operation().body()).contains(body());
            });
        }

        @Test
        void enqueue_behindOneThatCanNotBeOpened_isNotFoldedIntoIt() {
            long shut = enqueue("d").number();
            keys.add(key("k2"));
            keys.remove("k1");
            QueuedOperation second = store.enqueue(SyncOperation.patch("t", DocumentId.of("d"), body("later")));

            assertThat(second.number()).isNotEqualTo(shut);
            keys.addToRead(key("k1"));
            assertThat(store.find(shut).orElseThrow().operation().body()).contains(body());
            assertThat(store.claim("w", 10, LEASE))
                    .singleElement()
                    .satisfies(claim -> assertThat(claim.operation().number()).isEqualTo(shut));
        }

        @Test
        void enqueue_noKey_isRefusedAndLeavesNothing() {
            keys.remove("k1");

            assertThatThrownBy(() -> enqueue("d")).isInstanceOf(MissingKeyException.class);
            assertThat(store.list(QueueFilter.all())).isEmpty();
        }

        @Test
        void claim_bodyOfAnotherDocument_isNotGiven() {
            enqueue("a");
            enqueue("b");
            database.execute("UPDATE sync_queue a, sync_queue b SET a.body = b.body WHERE a.id = 'a' AND b.id = 'b'");

            assertThat(store.claim("w", 10, LEASE))
                    .extracting(claim -> claim.operation().operation().id().value())
                    .containsExactly("b");
        }

        @Test
        void claim_queuedInClearTextBefore_isGiven() {
            MySqlQueueStore clear = MySqlQueueStore.of(queue.pool());
            clear.enqueue(SyncOperation.update("t", DocumentId.of("clear"), body()));
            enqueue("sealed");

            assertThat(clear.claim("w", 10, LEASE))
                    .as("a store without a codec leaves what is sealed")
                    .extracting(claim -> claim.operation().operation().id().value())
                    .containsExactly("clear");
            queue.pass(LEASE.plusMinutes(2));
            assertThat(store.claim("w", 10, LEASE))
                    .extracting(claim -> claim.operation().operation().body())
                    .containsExactlyInAnyOrder(Optional.of(body()), Optional.of(body()));
        }

        private QueuedOperation enqueue(String id) {
            return store.enqueue(SyncOperation.update("t", DocumentId.of(id), body()));
        }

        private ObjectNode body(String... more) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", CANARY);
            for (String name : more) {
                body.put(name, CANARY);
            }
            return body;
        }

        /** All columns of all rows of the queue's tables. */
        private String dump() throws SQLException {
            StringBuilder dump = new StringBuilder();
            try (Connection connection = queue.pool().getConnection();
                    Statement statement = connection.createStatement()) {
                List<String> tables = new ArrayList<>();
                try (ResultSet row = statement.executeQuery("SHOW TABLES LIKE 'sync\\_queue%'")) {
                    while (row.next()) {
                        tables.add(row.getString(1));
                    }
                }
                assertThat(tables).hasSizeGreaterThan(3);
                for (String table : tables) {
                    try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
                        while (row.next()) {
                            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                                Object value = row.getObject(column);
                                dump.append(
                                                value instanceof byte[] bytes
                                                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                                                        : value)
                                        .append('\n');
                            }
                        }
                    }
                }
            }
            return dump.toString();
        }
    }
}
