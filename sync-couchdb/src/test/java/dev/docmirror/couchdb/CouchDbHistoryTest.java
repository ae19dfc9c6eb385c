package dev.docmirror.couchdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static dev.docmirror.couchdb.CouchDbFeedTest.source;
import static dev.docmirror.couchdb.Pages.bulk;
import static dev.docmirror.couchdb.Pages.doc;
import static dev.docmirror.couchdb.Pages.found;
import static dev.docmirror.couchdb.Pages.missing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Revision trees as {@code _bulk_get} tells them: the ancestry of leaves, and edits that come again. */
@Timeout(60)
class CouchDbHistoryTest {
    private static final Revision C = Revision.of("3-c");
    private static final Revision D = Revision.of("3-d");
    private static final Revision B = Revision.of("2-b");
    private static final Revision A = Revision.of("1-a");

    @Test
    void ancestry_manyDocuments_takesOneRequestForPathsAndOneForBodies() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(call -> {
                    requests.add(call.query + " " + call.body);
                    call.json(
                            200,
                            call.query.isEmpty()
                                    ? bulk(
                                            found("fork", doc("fork", "2-b", "\"n\":1.10")),
                                            found("twice", doc("twice", "2-b", "\"n\":2")),
                                            found("twice", doc("twice", "1-a", "\"n\":3")))
                                    : bulk(
                                            found(
                                                    "fork",
                                                    path("fork", 3, "c", "b", "a"),
                                                    path("fork", 3, "d", "b", "a")),
                                            found("line", path("line", 3, "c", "b", "a")),
                                            found(
                                                    "twice",
                                                    path("twice", 3, "c", "b", "a"),
                                                    path("twice", 3, "d", "b", "a"),
                                                    deleted("twice", 2, "z", "a")),
                                            missing("gone", "undefined")));
                });
                CouchDbChangeSource source = source(server).build()) {
            List<Ancestry> all = source.ancestry(List.of(id("fork"), id("line"), id("twice"), id("gone"), id("fork")));
            assertThat(all).extracting(Ancestry::id).containsExactly(id("fork"), id("line"), id("twice"));
            assertThat(all.get(0).paths())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(C, List.of(C, B, A), D, List.of(D, B, A)));
            assertThat(all.get(0).version(B).orElseThrow().text()).isEqualTo(doc("fork", "2-b", "\"n\":1.10"));
            assertThat(all.get(1).versions()).isEmpty();
            assertThat(all.get(2).versions()).containsOnlyKeys(B, A);
        }
        assertThat(requests)
                .containsExactly(
                        "revs=true {\"docs\":[{\"id\":\"fork\"},{\"id\":\"line\"},{\"id\":\"twice\"},{\"id\":\"gone\"}]}",
                        " {\"docs\":[{\"id\":\"fork\",\"rev\":\"2-b\"},{\"id\":\"twice\",\"rev\":\"2-b\"},"
                                + "{\"id\":\"twice\",\"rev\":\"1-a\"}]}");
    }

    @Test
    void ancestry_nothingToFork_asksForNoBodies() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(call -> call.json(200, bulk(found("a", path("a", 3, "c", "b", "a")))));
                CouchDbChangeSource source = source(server).build()) {
            assertThat(source.ancestry(List.of(id("a")))).hasSize(1);
            assertThat(source.ancestry(List.of())).isEmpty();
            assertThat(server.calls()).containsExactly("POST /db/_bulk_get");
        }
    }

    @Test
    void ancestry_bodyCompactedAwayOrTooLong_isMissing() throws Exception {
        String[] answers = {missing("a", "2-b"), found("a", doc("a", "2-b", "\"x\":\"" + "x".repeat(5_000) + "\""))};
        for (String answer : answers) {
            try (ScriptedServer server = forks(answer);
                    CouchDbChangeSource source = source(server)
                            .documentReader(DocumentReader.defaults().withMaxBytes(1_000))
                            .build()) {
                Ancestry ancestry = source.ancestry(List.of(id("a"))).get(0);
                assertThat(ancestry.commonAncestor(List.of(C, D))).contains(B);
                assertThat(ancestry.versions()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"_id\":\"a\",\"_rev\":\"3-c\"}",
                "{\"_id\":\"a\",\"_rev\":\"3-c\",\"_revisions\":{\"start\":3,\"ids\":[]}}",
                "{\"_id\":\"a\",\"_rev\":\"3-c\",\"_revisions\":{\"start\":2,\"ids\":[\"c\"]}}",
                "{\"_id\":\"a\",\"_rev\":\"3-c\",\"_revisions\":{\"start\":3,\"ids\":[\"c\",7]}}",
                "{\"_id\":\"a\",\"_rev\":\"1-c\",\"_revisions\":{\"start\":1,\"ids\":[\"c\",\"b\"]}}",
                "{\"_id\":\"a\",\"_rev\":\"0-c\",\"_revisions\":{\"start\":0,\"ids\":[\"c\"]}}",
                "{\"_id\":\"a\",\"_rev\":\"3-c\",\"_revisions\":null}"
            })
    void ancestry_historyThatCanNotBeRead_isLeftOut(String leaf) throws Exception {
        try (ScriptedServer server = new ScriptedServer(call ->
                        call.json(200, bulk(found("a", path("a", 3, "d", "b"), leaf), found("b", path("b", 1, "a")))));
                CouchDbChangeSource source = source(server).build()) {
            assertThat(source.ancestry(List.of(id("a"), id("b"))))
                    .extracting(Ancestry::id)
                    .containsExactly(id("b"));
        }
    }

    @Test
    void ancestry_serverFailsOrIsCutOff_isTransient() throws Exception {
        String failed = "{\"id\":\"a\",\"docs\":[{\"error\":{\"id\":\"a\",\"error\":\"timeout\",\"reason\":\"x\"}}]}";
        for (String answer : new String[] {bulk(failed), "{\"results\":[", "<html>", bulk()}) {
            try (ScriptedServer server = new ScriptedServer(call -> call.json(200, answer));
                    CouchDbChangeSource source = source(server).build()) {
                assertThatThrownBy(() -> source.ancestry(List.of(id("a")))).isInstanceOf(TransientSyncException.class);
            }
        }
        try (ScriptedServer server = forks(failed);
                CouchDbChangeSource source = source(server).build()) {
            assertThatThrownBy(() -> source.ancestry(List.of(id("a")))).isInstanceOf(TransientSyncException.class);
        }
    }

    /** What the server keeps of {@code {"n":2.50,"big":…,"text":"ü"}} on 2-b. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            "n":2.5,"big":123456789012345678901234567890,"text":"ü";          true
            "text":"\\u00fc","big":123456789012345678901234567890,"n":2.50;   true
            "n":2.5,"big":1.2345678901234568e29,"text":"ü";                   true
            "n":2.5,"big":123456789012345678901234567891,"text":"ü";          false
            "n":2.6,"big":123456789012345678901234567890,"text":"ü";          false
            "n":2.5,"big":123456789012345678901234567890,"text":"u";          false
            "n":2.5,"big":123456789012345678901234567890,"text":"ü","m":1;    false
            "n":"2.5","big":123456789012345678901234567890,"text":"ü";        false
            "n":2.5,"text":"ü";                                               false
            "_deleted":true,"n":2.5,"big":123456789012345678901234567890,"text":"ü"; false
            """)
    void write_conflictWithAChildOfTheParent_isWrittenIfItSaysTheSame(String fields, boolean same) throws Exception {
        DocumentEdit edit =
                edit("a", Optional.of(B), "{\"n\":2.50,\"big\":123456789012345678901234567890,\"text\":\"ü\"}");
        try (ScriptedServer server =
                        conflict(found("a", path("a", 4, "e", "c", "b", "a")), found("a", doc("a", "3-c", fields)));
                CouchDbDocumentTarget target =
                        CouchDbDocumentTargetTest.target(server).build()) {
            assertThat(target.write(List.of(edit)))
                    .containsExactly(same ? new EditOutcome.Written(C) : new EditOutcome.Conflicting());
            assertThat(server.calls()).hasSize(3);
        }
    }

    @Test
    void write_conflictWithoutAChildOfTheParent_isConflictingWithoutReadingBodies() throws Exception {
        for (String history : new String[] {
            missing("a", "undefined"), found("a", path("a", 2, "x", "a")), found("a", path("a", 2, "b", "a"))
        }) {
            try (ScriptedServer server = conflict(history, "");
                    CouchDbDocumentTarget target =
                            CouchDbDocumentTargetTest.target(server).build()) {
                assertThat(target.write(List.of(edit("a", Optional.of(B), "{}"))))
                        .containsExactly(new EditOutcome.Conflicting());
                assertThat(server.calls()).hasSize(2);
            }
        }
    }

    @Test
    void write_conflictWhoseBodyIsCompactedAway_isConflicting() throws Exception {
        try (ScriptedServer server = conflict(found("a", path("a", 4, "e", "c", "b", "a")), missing("a", "3-c"));
                CouchDbDocumentTarget target =
                        CouchDbDocumentTargetTest.target(server).build()) {
            assertThat(target.write(List.of(edit("a", Optional.of(B), "{}"))))
                    .containsExactly(new EditOutcome.Conflicting());
        }
    }

    @Test
    void write_newDocumentAgain_isTheFirstRevisionOrTheOneBehindATombstone() throws Exception {
        String root = found("a", doc("a", "1-a", "\"n\":1"));
        String leaf = found("a", doc("a", "3-c", "\"n\":1"));
        String other = found("a", doc("a", "1-a", "\"n\":0"));
        String tombstone = found("a", doc("a", "2-b", "\"_deleted\":true"));
        String live = found("a", doc("a", "2-b", "\"n\":7"));
        assertThat(created(leaf, tombstone, root)).isIn(new EditOutcome.Written(A), new EditOutcome.Written(C));
        assertThat(created(leaf, tombstone, other)).isEqualTo(new EditOutcome.Written(C));
        assertThat(created(leaf, live, other)).isEqualTo(new EditOutcome.Conflicting());
        assertThat(created(leaf, live, root)).isEqualTo(new EditOutcome.Written(A));
    }

    private static EditOutcome created(String... bodies) throws IOException {
        try (ScriptedServer server = conflict(found("a", path("a", 3, "c", "b", "a")), bodies);
                CouchDbDocumentTarget target =
                        CouchDbDocumentTargetTest.target(server).build()) {
            return target.write(List.of(edit("a", Optional.empty(), "{\"n\":1}")))
                    .get(0);
        }
    }

    @Test
    void write_manyConflicts_takesTwoRequestsMore() throws Exception {
        List<DocumentEdit> edits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            edits.add(edit("doc-" + i, Optional.of(B), "{\"n\":" + i + "}"));
        }
        try (ScriptedServer server = new ScriptedServer(call -> {
                    JsonNode docs = JsonMapper.shared().readTree(call.body).path("docs");
                    List<String> results = new ArrayList<>();
                    for (JsonNode doc : docs) {
                        String id = doc.path("id").asString(doc.path("_id").asString(""));
                        results.add(
                                call.path.equals("/db/_bulk_docs")
                                        ? "{\"id\":\"" + id + "\",\"error\":\"conflict\"}"
                                        : found(
                                                id,
                                                call.query.isEmpty()
                                                        ? doc(id, "3-c", "\"n\":" + id.substring(4))
                                                        : path(id, 3, "c", "b", "a")));
                    }
                    call.json(
                            200,
                            call.path.equals("/db/_bulk_docs")
                                    ? "[" + String.join(",", results) + "]"
                                    : bulk(results.toArray(String[]::new)));
                });
                CouchDbDocumentTarget target =
                        CouchDbDocumentTargetTest.target(server).build()) {
            assertThat(target.write(edits)).hasSize(50).containsOnly(new EditOutcome.Written(C));
            assertThat(server.calls())
                    .containsExactly("POST /db/_bulk_docs", "POST /db/_bulk_get", "POST /db/_bulk_get");
        }
    }

    /** A server that calls each edit a conflict, with this history and these bodies. */
    private static ScriptedServer conflict(String history, String... bodies) throws IOException {
        return new ScriptedServer(call -> {
            if (call.path.equals("/db/_bulk_docs")) {
                call.json(201, "[{\"id\":\"a\",\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}]");
            } else {
                call.json(200, call.query.isEmpty() ? bulk(bodies) : bulk(history));
            }
        });
    }

    /** A document with two leaves, and what comes for their ancestor. */
    private static ScriptedServer forks(String ancestor) throws IOException {
        return new ScriptedServer(call -> call.json(
                200,
                call.query.isEmpty()
                        ? bulk(ancestor)
                        : bulk(found("a", path("a", 3, "c", "b", "a"), path("a", 3, "d", "b", "a")))));
    }

    private static String path(String id, int start, String... hashes) {
        return doc(
                id,
                start + "-" + hashes[0],
                "\"text\":{\"_rev\":\"no\"},\"_revisions\":{\"start\":" + start + ",\"ids\":[\""
                        + String.join("\",\"", hashes) + "\"]}");
    }

    private static String deleted(String id, int start, String... hashes) {
        return path(id, start, hashes).replace("\"text\":", "\"_deleted\":true,\"text\":");
    }

    private static DocumentEdit edit(String id, Optional<Revision> parent, String body) {
        return new DocumentEdit(id(id), parent, false, Bodies.of(body));
    }

    private static DocumentId id(String value) {
        return DocumentId.of(value);
    }
}
