package dev.docmirror.couchdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.couchdb.CouchDbFeedTest.assertUnreadable;
import static dev.docmirror.couchdb.CouchDbFeedTest.ids;
import static dev.docmirror.couchdb.CouchDbFeedTest.source;
import static dev.docmirror.couchdb.Pages.bulk;
import static dev.docmirror.couchdb.Pages.conflict;
import static dev.docmirror.couchdb.Pages.doc;
import static dev.docmirror.couchdb.Pages.found;
import static dev.docmirror.couchdb.Pages.missing;
import static dev.docmirror.couchdb.Pages.page;
import static dev.docmirror.couchdb.Pages.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Leaves that a row does not bring along. */
@Timeout(60)
class CouchDbFeedLeavesTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);

    @Test
    void poll_conflictedDocuments_readsAllLosersWithOneRequest() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        ChangeBatch batch = poll(
                page("9", 0, conflict("c\\n1", "2-c", "2-b", "1-a"), row("x", "1-x"), conflict("c2", "3-b", "3-a")),
                call -> {
                    asked.add(call.body);
                    call.json(
                            200,
                            bulk(
                                    found("c\\n1", doc("c\\n1", "2-b", "\"n\":2")),
                                    found("c\\n1", doc("c\\n1", "1-a", "\"_deleted\":true")),
                                    found("c2", doc("c2", "3-a", "\"n\":4"))));
                });
        assertThat(ids(batch)).containsExactly("c\n1", "x", "c2");
        assertThat(batch.changes().get(0).leaves().stream().map(Document::toString))
                .containsExactly("c\\u000a1@2-c", "c\\u000a1@2-b", "c\\u000a1@1-a (deleted)");
        assertThat(batch.changes().get(2).leaves()).hasSize(2);
        assertThat(batch.position()).isEqualTo(Position.of("9"));
        assertThat(asked)
                .containsExactly(
                        "{\"docs\":[{\"id\":\"c\\u000a1\",\"rev\":\"2-b\"},{\"id\":\"c\\u000a1\",\"rev\":\"1-a\"},"
                                + "{\"id\":\"c2\",\"rev\":\"3-a\"}]}");
    }

    @Test
    void poll_bodyMissingOrOfAnotherRevision_isRead() throws Exception {
        String none = "{\"seq\":null,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}],\"doc\":null}";
        String other = row("b", "2-b").replace("\"_rev\":\"2-b\"", "\"_rev\":\"3-b\"");
        ChangeBatch batch = poll(
                page("9", 0, none, other),
                call -> call.json(
                        200, bulk(found("a", doc("a", "1-a", "\"n\":1")), found("b", doc("b", "2-b", "\"n\":1")))));
        assertThat(batch.changes())
                .extracting(change -> change.winner().toString())
                .containsExactly("a@1-a", "b@2-b");
    }

    @Test
    void poll_leafSupersededMeanwhile_takesTheNewerState() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ChangeBatch batch = poll(page("9", 0, conflict("c", "2-b", "2-a"), row("x", "1-x")), call -> {
            if (asked.getAndIncrement() == 0) {
                call.json(200, bulk(missing("c", "2-a")));
            } else {
                assertThat(call.body).isEqualTo("{\"docs\":[{\"id\":\"c\"}]}");
                call.json(200, bulk(found("c", doc("c", "3-z", "\"n\":3"), doc("c", "2-b", "\"n\":2"))));
            }
        });
        assertThat(batch.changes().get(0).leaves())
                .extracting(Document::toString)
                .containsExactly("c@3-z", "c@2-b");
        assertThat(asked).hasValue(2);
    }

    @Test
    void poll_replicaThatLagsBehind_isAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ChangeBatch batch = poll(
                page("9", 0, conflict("c", "2-b", "2-a")),
                call -> call.json(
                        200,
                        switch (asked.getAndIncrement()) {
                            case 0 -> bulk(missing("c", "2-a"));
                            case 1 -> bulk(found("c", doc("c", "2-b", "\"n\":2")));
                            default -> bulk(found("c", doc("c", "2-b", "\"n\":2"), doc("c", "2-a", "\"n\":1")));
                        }));
        assertThat(batch.changes().get(0).leaves()).hasSize(2);
        assertThat(asked).hasValue(3);
    }

    @Test
    void poll_leafNeverDelivered_isUnreadableAlone() throws Exception {
        ChangeBatch batch = poll(
                page("9", 0, conflict("c", "2-b", "2-a"), row("x", "1-x")),
                call -> call.json(200, bulk(missing("c", "undefined"))));
        assertThat(ids(batch)).containsExactly("c", "x");
        assertUnreadable(batch.changes().get(0), "lists a revision that it does not deliver");
        assertThat(batch.changes().get(0).leaves()).hasSize(2);
        assertThat(batch.position()).isEqualTo(Position.of("9"));
    }

    @Test
    void poll_bulkGetTooLarge_isHalvedAndASingleOneIsUnreadable() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        ChangeBatch batch = poll(
                page("9", 0, conflict("a", "2-b", "2-a"), conflict("b", "2-b", "2-a"), conflict("c", "2-b", "2-a")),
                call -> {
                    asked.add(call.body.replaceAll("[^abc]*\"id\":\"(.)\"[^}]*", "$1"));
                    if (call.body.contains("\"b\"") || call.body.length() > 100) {
                        call.json(413, "{\"error\":\"too_large\"}");
                    } else {
                        String id = call.body.contains("\"id\":\"a\"") ? "a" : "c";
                        call.json(200, bulk(found(id, doc(id, "2-a", "\"n\":1"))));
                    }
                });
        assertThat(ids(batch)).containsExactly("a", "b", "c");
        assertThat(batch.changes().get(0).leaves()).hasSize(2);
        assertUnreadable(batch.changes().get(1), "413");
        assertThat(batch.changes().get(2).leaves()).hasSize(2);
        assertThat(asked).hasSize(5);
    }

    @Test
    void poll_leavesBeyondTheBytes_goIntoLaterBatchesInOrder() throws Exception {
        String text = "\"x\":\"" + "y".repeat(2_000) + "\"";
        String[] rows = new String[6];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i % 2 == 0 ? conflict("d" + i, "2-b", "2-a") : row("d" + i, "1-a");
        }
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.path.endsWith("_bulk_get")) {
                        String[] wanted = call.body.split("\"id\":\"", -1);
                        String[] results = new String[wanted.length - 1];
                        for (int i = 1; i < wanted.length; i++) {
                            String id = wanted[i].substring(0, 2);
                            results[i - 1] = found(id, doc(id, "2-a", text));
                        }
                        call.json(200, bulk(results));
                    } else {
                        call.json(200, call.since().equals("0") ? page("1", 6, row("s", "1-a")) : page("9", 0, rows));
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(6, 2_500);
            feed.poll(limits, Duration.ZERO);
            StringBuilder order = new StringBuilder();
            for (String position = ""; !position.equals("9"); ) {
                ChangeBatch batch = feed.poll(limits, Duration.ZERO);
                position = batch.position().value();
                order.append(ids(batch));
                assertThat(batch.bytes()).isLessThanOrEqualTo(limits.bytes());
                assertThat(batch.changes())
                        .allSatisfy(change -> assertThat(change.leaves())
                                .hasSize(change.id().value().matches("d[024]") ? 2 : 1));
            }
            assertThat(order.toString()).isEqualTo("[d0, d1][d2, d3][d4, d5]");
        }
    }

    @Test
    void poll_oneDocumentWithManyLongLeaves_isUnreadableNotAFullHeap() throws Exception {
        String[] revisions = new String[40];
        String[] results = new String[39];
        for (int i = 0; i < revisions.length; i++) {
            revisions[i] = "2-" + (char) ('z' - i / 10) + (9 - i % 10);
            if (i > 0) {
                results[i - 1] = found("c", doc("c", revisions[i], "\"x\":\"" + "y".repeat(10_000) + "\""));
            }
        }
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(
                        200,
                        call.path.endsWith("_bulk_get")
                                ? bulk(results)
                                : page("9", 0, conflict("c", revisions), row("x", "1-x"))));
                CouchDbChangeSource source = source(server)
                        .documentReader(DocumentReader.defaults().withMaxBytes(100_000))
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
            assertUnreadable(batch.changes().get(0), "with all its leaves");
            assertThat(ids(batch)).containsExactly("c", "x");
        }
    }

    @Test
    void read_someKnown_hasAllLeavesWithOneRequest() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(
                        200,
                        bulk(
                                found("a", doc("a", "2-b", "\"n\":2"), doc("a", "2-a", "\"_deleted\":true")),
                                missing("gone", "undefined"))));
                CouchDbChangeSource source = source(server).build()) {
            List<DocumentChange> found =
                    source.read(List.of(DocumentId.of("a"), DocumentId.of("gone"), DocumentId.of("a")));
            assertThat(found).hasSize(1);
            assertThat(found.get(0).leaves())
                    .extracting(Document::toString)
                    .containsExactly("a@2-b", "a@2-a (deleted)");
            assertThat(source.read(List.of())).isEmpty();
            assertThat(server.allCalls()).containsExactly("POST /db/_bulk_get");
        }
    }

    @Test
    void read_serverFailsForOne_isTransientNotMissing() throws Exception {
        String failed =
                "{\"id\":\"a\",\"docs\":[{\"error\":{\"id\":\"a\",\"rev\":\"1-a\",\"error\":\"internal_server_error\"}}]}";
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(200, bulk(failed)));
                CouchDbChangeSource source = source(server).build()) {
            assertThatThrownBy(() -> source.read(List.of(DocumentId.of("a"))))
                    .isInstanceOf(TransientSyncException.class);
        }
    }

    @Test
    void read_answerTruncatedAtEveryByte_isTransient() throws Exception {
        byte[] answer =
                bulk(found("a", doc("a", "1-a", "\"n\":1"))).stripTrailing().getBytes(StandardCharsets.UTF_8);
        AtomicInteger end = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    call.head(200, answer.length);
                    call.out.write(answer, 0, end.get());
                    throw new IOException("cut");
                });
                CouchDbChangeSource source = source(server).build()) {
            for (int i = 0; i < answer.length; i++) {
                end.set(i);
                assertThatThrownBy(() -> source.read(List.of(DocumentId.of("a"))))
                        .isInstanceOf(TransientSyncException.class);
            }
        }
    }

    private static ChangeBatch poll(String page, ScriptedServer.Script bulkGet) throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.path.equals("/db/_bulk_get")) {
                        bulkGet.answer(call);
                    } else {
                        call.json(200, page);
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            return feed.poll(LIMITS, Duration.ZERO);
        }
    }
}
