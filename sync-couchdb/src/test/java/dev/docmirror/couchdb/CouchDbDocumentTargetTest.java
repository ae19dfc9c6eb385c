package dev.docmirror.couchdb;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is sent to {@code _bulk_docs}, and what its answers become. */
@Timeout(60)
class CouchDbDocumentTargetTest {

    @Test
    void write_anyBody_isSentExactly() throws Exception {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("long", new BigInteger("123456789012345678901234567890"));
        body.put("decimal", new BigDecimal("1.10"));
        body.put("large", new BigDecimal("1E+30"));
        body.put("small", new BigDecimal("-1.5E-10"));
        body.put("text", "ü 😀 \u2028 \u0000 \ud800 \ude00x");
        body.put("_rev", "7-x").put("_deleted", false).put("_conflicts", "x");
        body.putNull("none");
        body.putObject("_attachments").putObject("a").put("stub", true);
        List<String> bodies = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(call -> {
                    bodies.add(call.body);
                    call.json(201, "[{\"ok\":true,\"id\":\"ä \\\"/\",\"rev\":\"3-c\"}]");
                });
                CouchDbDocumentTarget target = target(server).build()) {
            DocumentEdit edit = new DocumentEdit(id("ä \"/"), Optional.of(Revision.of("2-b")), true, body);
            assertThat(target.write(List.of(edit))).containsExactly(new EditOutcome.Written(Revision.of("3-c")));
            assertThat(server.calls()).containsExactly("POST /db/_bulk_docs");
        }
        assertThat(bodies)
                .containsExactly("{\"docs\":[{\"_id\":\"ä \\\"/\",\"_rev\":\"2-b\",\"_deleted\":true,"
                        + "\"long\":123456789012345678901234567890,\"decimal\":1.10,"
                        + "\"large\":1000000000000000000000000000000,\"small\":-0.00000000015,"
                        + "\"text\":\"ü 😀 \u2028 \\u0000 \\ud800 \\ude00x\",\"none\":null,"
                        + "\"_attachments\":{\"a\":{\"stub\":true}}}]}");
    }

    @Test
    void write_rowsOfEveryKind_areOutcomesInOrder() throws Exception {
        try (ScriptedServer server = scripted(call -> call.json(
                        202,
                        "[{\"ok\":true,\"id\":\"a\",\"rev\":\"2-x\",\"accepted\":true},"
                                + "{\"id\":\"b\",\"error\":\"forbidden\",\"reason\":\"canary\"},"
                                + "{\"id\":\"b\",\"error\":\"unauthorized\",\"reason\":\"canary\"},"
                                + "{\"id\":\"c\",\"error\":\"conflict\",\"reason\":\"Document update conflict.\"},"
                                + "{\"id\":\"d\",\"error\":\"TypeError\",\"reason\":\"canary\"},"
                                + "{\"id\":\"e\",\"error\":\"unknown_error\",\"reason\":\"canary\"}]"));
                CouchDbDocumentTarget target = target(server).build()) {
            assertThat(target.write(edits("a", "b", "b", "c", "d", "e")))
                    .containsExactly(
                            new EditOutcome.Written(Revision.of("2-x")),
                            new EditOutcome.Refused("forbidden"),
                            new EditOutcome.Refused("unauthorized"),
                            new EditOutcome.Conflicting(),
                            new EditOutcome.Refused("TypeError"),
                            new EditOutcome.Refused("unknown_error"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"id\":\"a\",\"error\":\"timeout\",\"reason\":\"canary\"}]",
                "[{\"id\":\"a\",\"error\":\"internal_server_error\",\"reason\":null}]",
                "[{\"id\":\"a\",\"error\":\"unknown_error\",\"reason\":\"internal_server_error\"}]",
                "[{\"id\":\"a\",\"error\":\"unknown_error\",\"reason\":\"{badmatch,canary}\"}]",
                "[{\"id\":\"a\",\"error\":\"canary\"}]",
                "[{\"ok\":true,\"id\":\"canary\",\"rev\":\"2-x\"}]",
                "[{\"ok\":true,\"id\":\"a\"}]",
                "[{\"ok\":true,\"id\":\"a\",\"rev\":\"canary\"}]",
                "[]",
                "[{\"ok\":true,\"id\":\"a\",\"rev\":\"2-x\"},{\"ok\":true,\"id\":\"a\",\"rev\":\"2-x\"}]",
                "{\"ok\":true}",
                "<html>canary</html>",
                "",
                "[{\"ok\":true,\"id\":\"a\",\"rev\":\"2-x\"}"
            })
    void write_failedRowOrUnusableAnswer_isTransient(String answer) throws Exception {
        assertThat(failure(201, answer))
                .isInstanceOf(TransientSyncException.class)
                .hasMessageStartingWith("POST /db/_bulk_docs")
                .hasMessageNotContaining("canary");
    }

    @Test
    void write_statusOfTheRequest_isTheRightException() throws Exception {
        for (int status : new int[] {408, 429, 500, 502, 503}) {
            assertThat(failure(status, "{\"error\":\"x\"}")).isInstanceOf(TransientSyncException.class);
        }
        assertThat(failure(401, "{\"error\":\"unauthorized\"}")).isInstanceOf(AccessDeniedException.class);
        assertThat(failure(403, "{\"error\":\"forbidden\"}")).isInstanceOf(AccessDeniedException.class);
        assertThat(failure(404, "{\"error\":\"not_found\"}")).isInstanceOf(SourceUnavailableException.class);
        assertThat(failure(400, "<html>")).isInstanceOf(SourceUnavailableException.class);
        assertThat(failure(412, "<html>")).isInstanceOf(SourceUnavailableException.class);
        assertThat(failure(415, "{\"error\":\"bad_content_type\"}")).isInstanceOf(SourceUnavailableException.class);
        try (ScriptedServer server = scripted(call -> call.json(429, "{}", "Retry-After: 7"));
                CouchDbDocumentTarget target = target(server).build()) {
            TransientSyncException failure =
                    catchThrowableOfType(TransientSyncException.class, () -> target.write(edits("a")));
            assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
        }
    }

    @Test
    void write_whatJsonCanNotHold_isRefusedAndTheRestWritten() throws Exception {
        ObjectNode huge = JsonNodeFactory.instance.objectNode().put("n", new BigDecimal("1E+1000000000"));
        ObjectNode deep = JsonNodeFactory.instance.objectNode();
        JsonNode inner = deep;
        for (int i = 0; i < EditJson.MAX_DEPTH; i++) {
            inner = ((ObjectNode) inner).putObject("o");
        }
        try (ScriptedServer server = scripted(CouchDbDocumentTargetTest::written);
                CouchDbDocumentTarget target = target(server).build()) {
            List<EditOutcome> outcomes = target.write(List.of(
                    new DocumentEdit(id("huge"), Optional.empty(), false, huge),
                    new DocumentEdit(id("deep"), Optional.empty(), false, deep),
                    edits("a").get(0),
                    new DocumentEdit(
                            id("integer"), Optional.empty(), false, Bodies.of("{\"n\":[1" + "0".repeat(400) + "]}")),
                    new DocumentEdit(
                            id("none"),
                            Optional.empty(),
                            false,
                            JsonNodeFactory.instance.objectNode().put("n", Double.NaN))));
            assertThat(outcomes.get(3)).isEqualTo(outcomes.get(0));
            assertThat(outcomes.get(4)).isEqualTo(outcomes.get(0));
            assertThat(outcomes.get(0)).isInstanceOf(EditOutcome.Refused.class).isEqualTo(outcomes.get(1));
            assertThat(outcomes.get(2)).isInstanceOf(EditOutcome.Written.class);
        }
    }

    @Test
    void close_whileWriting_endsIt() throws Exception {
        try (ScriptedServer server = scripted(call -> {
            throw new IOException("cut");
        })) {
            CouchDbDocumentTarget target = target(server).build();
            assertThatThrownBy(() -> target.write(edits("a"))).isInstanceOf(TransientSyncException.class);
            target.close();
            target.close();
            assertThatThrownBy(() -> target.write(edits("a"))).isInstanceOf(SyncException.class);
            assertThat(target).hasToString("CouchDB database http://127.0.0.1:" + server.port() + "/db");
        }
    }

    private static SyncException failure(int status, String answer) throws IOException {
        try (ScriptedServer server = scripted(call -> call.json(status, answer));
                CouchDbDocumentTarget target = target(server).build()) {
            return catchThrowableOfType(SyncException.class, () -> target.write(edits("a")));
        }
    }

    /** A server that knows of no history. */
    static ScriptedServer scripted(ScriptedServer.Script bulkDocs) throws IOException {
        return new ScriptedServer(call -> {
            if (call.path.equals("/db/_bulk_docs")) {
                bulkDocs.answer(call);
            } else {
                List<String> results = new ArrayList<>();
                docs(call)
                        .forEach(doc -> results.add(Pages.missing(doc.path("id").stringValue(), "undefined")));
                call.json(200, Pages.bulk(results.toArray(String[]::new)));
            }
        });
    }

    static void written(ScriptedServer.Call call) throws IOException {
        List<String> rows = new ArrayList<>();
        docs(call).forEach(doc -> rows.add("{\"ok\":true,\"id\":" + doc.path("_id") + ",\"rev\":\"1-a\"}"));
        call.json(201, "[" + String.join(",", rows) + "]");
    }

    static JsonNode docs(ScriptedServer.Call call) {
        return JsonMapper.shared().readTree(call.body).path("docs");
    }

    static CouchDbDocumentTarget.Builder target(ScriptedServer server) {
        return CouchDbDocumentTarget.builder(server.url());
    }

    static List<DocumentEdit> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> edit("doc-" + i, "")).toList();
    }

    static List<DocumentEdit> edits(String... ids) {
        return List.of(ids).stream().map(id -> edit(id, "")).toList();
    }

    static DocumentEdit edit(String id, String text) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!text.isEmpty()) {
            body.put("text", text);
        }
        return new DocumentEdit(id(id), Optional.empty(), false, body);
    }

    static DocumentId id(String value) {
        return DocumentId.of(value);
    }
}
