package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mysql.TestStream.Version;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.PushReport;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.server.MySqlServer;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static dev.docmirror.mysql.TestStream.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that takes one megabyte a statement. */
class PacketSizesIT {
    private static final TableLayout BODIES =
            TableLayout.of("bodies", "doc_id", "body").withHashedKey();

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void write_moreThanAPacket_isSplitAndOneThatCanNotBeIsADeadLetter(Flavor flavor) {
        MySqlServer.whyUnavailable(flavor).ifPresent(Assumptions::abort);
        Assumptions.assumeTrue(System.getenv("DOCMIRROR_MYSQL_URL") == null, "the server is not the test's own");
        try (MySqlServer server = MySqlServer.start(flavor, "--max-allowed-packet=1M")) {
            TestDatabase database = TestDatabase.on(server);
            try (HikariDataSource pool = database.pool()) {
                MySqlSchema.install(pool);
                database.execute(
                        "CREATE TABLE bodies (doc_id BINARY(32) PRIMARY KEY, body LONGTEXT) DEFAULT CHARSET=utf8mb4");
                TestStream stream = new TestStream(pool);
                for (String unit : List.of("x", "'", "漢")) {
                    splits(database, stream, unit);
                }
                refusesWhatIsTooLarge(database, stream);
                archives(pool, stream);
                protects(stream);
                pushes(pool);
            }
        }
    }

    private static void splits(TestDatabase database, TestStream stream, String unit) {
        for (int generation = 1; generation <= 2; generation++) {
            List<Version> versions = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                // Ids, too, add up: a thousand long ones are a few megabytes.
                versions.add(Version.of(
                        unit + i + "/" + "i".repeat(4_000), generation, put(BODIES, unit.repeat(5_000 + generation))));
            }
            assertThat(stream.write(versions)).isEmpty();
            assertThat(database.number("SELECT COUNT(*) FROM bodies WHERE CHAR_LENGTH(body) = " + (5_000 + generation)))
                    .isEqualTo(300);
        }
        database.execute("DELETE FROM bodies");
    }

    private static void refusesWhatIsTooLarge(TestDatabase database, TestStream stream) {
        int limit = 1024 * 1024;
        var refused = stream.write(
                Version.of("fits", 1, put(BODIES, "x".repeat(limit - 10_000))),
                Version.of("fits as bytes", 1, put(BODIES, JsonText.of("x".repeat(limit - 10_000)))),
                Version.of("text", 1, put(BODIES, "x".repeat(limit))),
                Version.of("escaped", 1, put(BODIES, "\"".repeat(limit - 10_000))),
                Version.of("wide", 1, put(BODIES, "漢".repeat(limit / 2))),
                Version.of("bytes", 1, put(BODIES, JsonText.of("x".repeat(limit)))),
                Version.of("small", 1, put(BODIES, "x")));
        assertThat(Refused.ids(refused)).containsExactly("text", "escaped", "wide", "bytes");
        assertThat(Refused.reasons(refused))
                .allMatch(reason -> reason.startsWith("1153 larger than max_allowed_packet"));
        assertThat(database.number("SELECT COUNT(*) FROM bodies")).isEqualTo(3);
    }

    private static void archives(HikariDataSource pool, TestStream stream) {
        List<ArchivedConflict> losers = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            losers.add(loser(i, 200_000));
        }
        losers.add(loser(21, 1_000_000));
        try (MirrorTransaction transaction = stream.begin()) {
            transaction.archive(losers);
            transaction.commit();
        }
        assertThat(MySqlConflictArchive.of(pool).count(stream.stream())).isEqualTo(21);
        try (MirrorTransaction transaction = stream.begin()) {
            assertThat(transaction.unarchivable(losers)).isEmpty();
            assertThat(transaction.unarchivable(List.of(loser(1, 10), loser(22, 1_100_000))))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.SINK);
                        assertThat(letter.reason()).contains("max_allowed_packet");
                    });
            assertThatThrownBy(() -> transaction.archive(List.of(loser(22, 1_100_000))))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("max_allowed_packet");
        }
    }

    private static void pushes(HikariDataSource pool) {
        MySqlQueueStore queue = MySqlQueueStore.of(pool);
        InMemoryDatabase database = new InMemoryDatabase("large");
        database.put("large", "{\"text\":\"" + "x".repeat(1_100_000) + "\"}");
        ObjectNode small = JsonMapper.shared().createObjectNode().put("n", 1);
        long large = queue.enqueue(SyncOperation.patch("note", DocumentId.of("large"), small))
                .number();
        long other = queue.enqueue(SyncOperation.create("note", DocumentId.of("other"), small))
                .number();
        try (QueueWorker worker =
                QueueWorker.builder(queue, database.source(), database.target()).build()) {
            PushReport report = worker.runOnce();
            assertThat(report.success()).isEqualTo(1);
            assertThat(report.failed()).isEqualTo(1);
        }
        assertThat(queue.find(other).orElseThrow().state()).isEqualTo(OperationState.COMPLETED);
        QueuedOperation failed = queue.find(large).orElseThrow();
        assertThat(failed.isStuck()).isTrue();
        assertThat(failed.reason())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("too large for the queue", "max_allowed_packet", "1048576"));
    }

    private static void protects(TestStream stream) {
        List<DocumentWrite> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            writes.add(signed("signed-" + i, 200_000));
        }
        writes.add(signed("fits", 1_000_000));
        writes.add(signed("too large", 1_100_000));
        try (MirrorTransaction transaction = stream.begin()) {
            var refused = transaction.apply(writes);
            assertThat(Refused.ids(refused)).containsExactly("too large");
            assertThat(Refused.reasons(refused))
                    .allMatch(reason -> reason.startsWith("1153 the protected version of 1100000 bytes is larger than"
                            + " max_allowed_packet, 1048576 bytes"));
            transaction.commit();
        }
        try (MirrorTransaction transaction = stream.begin()) {
            assertThat(transaction.protectedVersions(
                            writes.stream().map(write -> write.state().id()).toList()))
                    .hasSize(21);
        }
        assertThat(stream.isMirrored("too large")).isFalse();
    }

    private static DocumentWrite signed(String id, int size) {
        byte[] json = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
        Document version = new Document(DocumentId.of(id), Revision.of("1-a"), false, json, DocumentReader.defaults());
        MirroredDocument state = new MirroredDocument(
                version.id(),
                Optional.empty(),
                List.of(),
                version.revision(),
                version.contentHash(),
                false,
                Protection.SIGNED,
                DocumentChange.of(version).digest(),
                false);
        return new DocumentWrite(state, Optional.empty(), List.of(), Optional.of(version));
    }

    private static ArchivedConflict loser(int generation, int size) {
        byte[] json = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
        Document document = new Document(
                DocumentId.of("large"), Revision.of(generation + "-a"), false, json, DocumentReader.defaults());
        return new ArchivedConflict(
                document, Optional.empty(), Optional.empty(), ArchivedConflict.Outcome.CHOSEN, "a rule");
    }
}
