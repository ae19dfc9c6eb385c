package dev.docmirror.examples.backend.proxy;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.BackendServers;
import dev.docmirror.examples.backend.proxy.Requests.Request;
import dev.docmirror.examples.backend.webhook.Webhooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** Requests that are wrong: each gets the right status, tells nothing, and changes nothing. */
@ExtendWith(OutputCaptureExtension.class)
class BadRequestsIT extends BackendIT {
    private static final String DB = "/db/" + CouchDb.name();

    /** In all bodies and documents, and nowhere in an answer or the log. */
    private static final String CANARY = "canary-5f1d";

    private final List<String> wrong = new ArrayList<>();
    private int tried;

    private Request as(String user, String method, String path) {
        return Request.of(method, path).token(token(user));
    }

    private Request nurse(String method, String path) {
        return as("nurse", method, DB + path);
    }

    private static String note(String id, String owner) {
        return Notes.note(id, owner, CANARY).toString();
    }

    private static String bulk(String document) {
        return "{\"docs\":[" + document + "]}";
    }

    private void refused(int status, Request request) {
        tried++;
        String what = request.method() + " " + request.path();
        HttpResponse<String> answer = request.send(port);
        if (answer.statusCode() == 429 && status != 429) {
            tried--;
            refused(status, request); // webhooks of other tests
            return;
        }
        if (answer.statusCode() != status) {
            wrong.add(what + " answered " + answer.statusCode() + ", not " + status + ": " + answer.body());
        }
        String told = answer.body() + answer.headers().map();
        for (String never : List.of(
                CANARY,
                "Exception",
                "\tat ",
                "java.",
                "org.springframework",
                "jdbc:",
                BackendServers.couch().password(),
                "Tomcat",
                BackendServers.database().getAuthority())) {
            if (told.contains(never)) {
                wrong.add(what + " tells " + never + ": " + told);
            }
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!answer.body().isEmpty() && !type.contains("json") && status != 400) {
            wrong.add(what + " answers " + type);
        }
    }

    /** A row of _bulk_docs is refused. */
    private void forbidden(String document, boolean newEdits) {
        tried++;
        String body = "{\"new_edits\":" + newEdits + ",\"docs\":[" + document + "]}";
        HttpResponse<String> answer = nurse("POST", "/_bulk_docs").json(body).send(port);
        JsonNode rows = JSON.readTree(answer.body());
        if (rows.size() != 1 || !rows.at("/0/error").asString("").equals("forbidden")) {
            wrong.add("_bulk_docs answered " + answer.statusCode() + " " + answer.body() + " to " + document);
        }
        if (rows.at("/0/reason").asString("").contains(CANARY)) {
            wrong.add("_bulk_docs tells what it was given: " + answer.body());
        }
    }

    @Test
    void badRequests_areRefused_tellNothing_loseNothing(CapturedOutput output) {
        LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("dev.docmirror", LogLevel.TRACE);
        try {
            String mine = CouchDb.put(Notes.note("bad-mine", "nurse", CANARY));
            String noels = CouchDb.put(Notes.note("bad-noels", "noel", CANARY));
            long documents = CouchDb.get("").get("doc_count").asLong();

            notLetIn();
            ofOthers(noels);
            malformed();
            paths();
            documents();
            queries();
            webhooks();
            operations();
            emptyIds();
            bodies();

            assertThat(wrong).isEmpty();
            assertThat(tried).isGreaterThan(60);
            assertThat(CouchDb.get("/bad-mine").get("_rev").asString()).isEqualTo(mine);
            assertThat(CouchDb.get("/bad-noels?conflicts=true").toString())
                    .contains(noels)
                    .doesNotContain("_conflicts");
            assertThat(CouchDb.get("").get("doc_count").asLong()).isEqualTo(documents);
            assertThat(output.getAll()).doesNotContain(CANARY).doesNotContain("\tat ");
        } finally {
            logging.setLogLevel("dev.docmirror", LogLevel.INFO);
        }
    }

    private void notLetIn() {
        refused(401, Request.of("GET", DB + "/bad-mine"));
        refused(401, Request.of("GET", DB + "/bad-mine").token("x." + CANARY));
        refused(401, Request.of("GET", DB + "/bad-mine").header("Authorization", "Basic YWRtaW46c2VjcmV0"));
        refused(401, Request.of("POST", DB + "/_bulk_docs").json(bulk(note("bad-new", "nurse"))));
        refused(403, as("rita", "GET", DB + "/bad-mine"));
        refused(403, as("ada", "POST", DB + "/_bulk_docs").json(bulk(note("bad-new", "ada"))));
        refused(403, as("nurse", "GET", "/actuator/prometheus"));
        refused(403, as("nurse", "GET", "/api/conflicts"));
        refused(
                401,
                Request.of("POST", "/api/login")
                        .json(JSON.createObjectNode().put("user", "nurse").put("password", CANARY)));
    }

    private void ofOthers(String noels) {
        refused(404, nurse("GET", "/bad-noels"));
        refused(404, nurse("GET", "/bad-noels?rev=" + noels));
        refused(404, nurse("GET", "/bad-noels?open_revs=all"));
        refused(404, nurse("GET", "/bad-noels/photo.jpg?rev=" + noels));
        refused(403, nurse("PUT", "/bad-noels?rev=" + noels).json(note("bad-noels", "nurse")));
        refused(403, nurse("PUT", "/bad-noels").json(note("bad-noels", "nurse")));
        refused(403, nurse("DELETE", "/bad-noels?rev=" + noels));
        refused(403, nurse("PUT", "/bad-new").json(note("bad-new", "noel")));
        ObjectNode forged = Notes.replicated(Notes.note("bad-noels", "nurse", CANARY), 99, "f");
        refused(403, nurse("PUT", "/bad-noels?new_edits=false").json(forged));
        forbidden(forged.toString(), false);
    }

    private void malformed() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        String large = "\"" + CANARY + "x".repeat(1_100_000) + "\"";
        byte[] chunked = ("{\"docs\":[" + large + "]}").getBytes(StandardCharsets.UTF_8);
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[{\"title\":\"" + CANARY));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[]} " + CANARY));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":" + deep + "}"));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[],\"docs\":[]}"));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[{\"\\udfff\":\"" + CANARY + "\"}]}"));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[" + "9".repeat(20_000) + "]}"));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":\"" + CANARY + "\"}"));
        refused(400, nurse("POST", "/_bulk_docs").json("{\"docs\":[\"" + CANARY + "\"]}"));
        refused(400, nurse("POST", "/_bulk_docs").json("\"" + CANARY + "\""));
        refused(400, nurse("POST", "/_bulk_docs").json(""));
        refused(413, nurse("POST", "/_bulk_docs").json("{\"docs\":[" + large + "]}"));
        refused(
                413,
                nurse("POST", "/_bulk_docs")
                        .header("Content-Type", "application/json")
                        .with(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(chunked))));
        refused(413, nurse("POST", "/_bulk_docs").json("{\"docs\":[" + "{},".repeat(1_000) + "{}]}"));
        refused(413, nurse("POST", "/_all_docs").json("{\"keys\":[" + "\"a\",".repeat(1_000) + "\"a\"]}"));
        refused(
                415,
                nurse("POST", "/_bulk_docs")
                        .header("Content-Type", "text/plain")
                        .body(bulk(note("bad-new", "nurse"))));
        refused(415, nurse("POST", "/_bulk_docs").body(bulk(note("bad-new", "nurse"))));
        refused(
                415,
                nurse("POST", "/_bulk_docs").header("Content-Encoding", "gzip").json("{}"));
        refused(400, nurse("POST", "/_revs_diff").json("{\"a\":\"" + CANARY + "\"}"));
        refused(400, nurse("POST", "/_bulk_get").json("{\"docs\":[{\"rev\":\"" + CANARY + "\"}]}"));
        refused(400, nurse("POST", "/_all_docs").json("{}"));
    }

    private void paths() {
        refused(400, nurse("GET", "/..%2f_users"));
        refused(400, nurse("GET", "/%2e%2e/_users"));
        refused(400, nurse("GET", "/..%252f_users"));
        refused(400, nurse("GET", "//_users"));
        refused(400, nurse("GET", "/bad-mine;x=1"));
        refused(400, nurse("GET", "/bad-mine%00"));
        refused(404, nurse("GET", "/_security"));
        refused(404, nurse("GET", "/%5Fsecurity"));
        refused(404, nurse("PUT", "/_security").json("{}"));
        refused(404, nurse("GET", "/_design/all"));
        refused(404, nurse("GET", "/_all_docs"));
        refused(404, as("nurse", "GET", "/db/_users"));
        refused(404, as("nurse", "GET", "/db/_all_dbs"));
        refused(404, as("nurse", "GET", "/db/_users/_changes"));
        refused(404, as("nurse", "GET", "/db/" + CouchDb.name() + "x/_changes"));
        refused(405, as("nurse", "PUT", DB));
        refused(405, as("nurse", "DELETE", DB));
        refused(405, nurse("POST", "/_purge").json("{}"));
        refused(405, nurse("POST", "/_compact").json("{}"));
        refused(405, nurse("POST", "/_find").json("{\"selector\":{}}"));
        refused(404, nurse("DELETE", "/_local/a?rev=0-1"));
        refused(400, nurse("PUT", "/_local/a").json("{\"last_seq\":\"" + CANARY + "\\ud800\"}"));
    }

    private void documents() {
        forbidden(note("_design/x", "nurse"), true);
        forbidden(note("_local/x", "nurse"), true);
        forbidden(note("a".repeat(256), "nurse"), true);
        forbidden("{\"type\":\"note\"}", true);
        forbidden("{\"_id\":7}", true);
        ObjectNode note = Notes.note("bad-new", "nurse", CANARY);
        forbidden(note.deepCopy().put("title", CANARY.repeat(100)).toString(), true);
        forbidden(note.deepCopy().put("type", CANARY).toString(), true);
        forbidden(note.deepCopy().put("_deleted", "true").toString(), true);
        forbidden(note.deepCopy().put("_rev", CANARY).toString(), true);
        forbidden(note.deepCopy().put("_conflicts", CANARY).toString(), true);
        ObjectNode nobodys = note.deepCopy();
        nobodys.remove("owner");
        forbidden(nobodys.toString(), true);
        forbidden(
                note.deepCopy()
                        .set("owner", JSON.createArrayNode().add("nurse"))
                        .toString(),
                true);
        forbidden("{\"_id\":\"bad-new\",\"_deleted\":true,\"owner\":\"noel\"}", true);
        ObjectNode attached = note.deepCopy();
        attached.putObject("_attachments").putObject("a").put("data", "YQ==");
        forbidden(attached.toString(), true);
        ObjectNode patient = JSON.createObjectNode()
                .put("_id", "bad-new")
                .put("type", "clinicalPatient")
                .put("owner", "nurse");
        String bomb = patient.set(
                        "patient", JSON.createObjectNode().put("cpt", "A").put("weightKg", 7))
                .toString();
        forbidden(bomb.replace(":7}", ":1e999999999}"), true);
        forbidden(bomb.replace(":7}", ":1e-999999999}"), true);
        forbidden(note.toString().replace(CANARY, CANARY + "\\ud800"), true);
        forbidden(
                note.toString().replace("\"" + CANARY, "[".repeat(100) + "]".repeat(100) + ",\"x\":\"" + CANARY), true);
        forbidden(note.toString().replace("\"" + CANARY, "1".repeat(999) + ",\"x\":\"" + CANARY), true);
        forbidden(note("..", "nurse"), true);
        forbidden(note.toString(), false); // no history
        forbidden(Notes.replicated(note, 1, "a", "b").toString(), false);
        forbidden(Notes.replicated(note, 2, "a", "../../x").toString(), false);
        forbidden(Notes.replicated(note, 2, "A", "b").toString(), false);
        ObjectNode elsewhere = Notes.replicated(note, 2, "a", "b").put("_rev", "2-" + Notes.hash("b"));
        forbidden(elsewhere.toString(), false);
    }

    private void queries() {
        refused(400, nurse("GET", "/_changes?filter=_selector"));
        refused(400, nurse("GET", "/_changes?include_docs=true"));
        refused(400, nurse("GET", "/_changes?feed=continuous"));
        refused(400, nurse("GET", "/_changes?limit=" + CANARY));
        refused(400, nurse("GET", "/_changes?since=" + CANARY));
        refused(400, nurse("GET", "/bad-mine?rev=1-a%0d%0aX-Evil:%201"));
        refused(400, nurse("DELETE", "/bad-mine"));
        refused(400, nurse("GET", "/" + "x".repeat(20_000)));
    }

    private void operations() {
        List<String> data = List.of(
                "{\"x\":1e400}",
                "{\"x\":1e-400}",
                "{\"x\":1e999999999}",
                "{\"x\":" + "9".repeat(1_000) + "}",
                "{\"x\":" + "9".repeat(20_000) + "}",
                "{\"x\":1,\"x\":2}",
                "{\"\\udfff\":\"" + CANARY + "\"}",
                "{\"x\":\"" + CANARY + "\\ud800\"}",
                "{\"x\":" + "[".repeat(101) + "]".repeat(101) + "}",
                "{\"owner\":\"" + CANARY + "\"}",
                "\"" + CANARY + "\"",
                "[]");
        for (String some : data) {
            refused(400, operation("bad-new", some));
        }
        for (String id : List.of("", "_design/x", "..", "a".repeat(256), CANARY + "\\ud800")) {
            refused(400, operation(id, "{}"));
        }
        refused(400, operation(CANARY + "\\ud800", "bad-new", "{}"));
        refused(404, operation("bad-noels", "{}"));
    }

    private Request operation(String id, String data) {
        return operation("bad", id, data);
    }

    /** @param device and id as they stand between quotes */
    private Request operation(String device, String id, String data) {
        return as("nurse", "POST", "/api/v1/sync/queue")
                .json("{\"userId\":\"nurse\",\"deviceId\":\"" + device + "\",\"operation\":\"UPDATE\","
                        + "\"resourceType\":\"note\",\"resourceId\":\"" + id + "\",\"data\":" + data + "}");
    }

    private void emptyIds() {
        String decision = "{\"token\":\"a\",\"reason\":\"" + CANARY + "\"}";
        refused(400, as("rita", "GET", "/api/conflict?id="));
        for (String action : List.of("conflict/choose", "conflict/merge", "conflict/dismiss", "dead-letter/discard")) {
            refused(400, as("rita", "POST", "/api/" + action + "?id=").json(decision));
        }
        refused(400, as("rita", "POST", "/api/dead-letter/replay?id="));
        refused(400, as("rita", "GET", "/api/dead-letters?after="));
    }

    private void bodies() {
        String large = CANARY + "x".repeat(1_100_000);
        String many = ("\"" + CANARY + "\",").repeat(100_000);
        refused(400, Request.of("POST", "/api/login").json("{\"user\":\"nurse\",\"password\":\"" + large + "\"}"));
        refused(400, Request.of("POST", "/api/login").json("{\"x\":[" + many + "0]}"));
        refused(400, operation("bad-new", "{\"title\":\"" + large + "\"}"));
        refused(400, operation("bad-new", "{\"x\":[" + many + "0]}"));
        refused(
                400,
                as("rita", "POST", "/api/conflict/merge?id=bad-mine")
                        .json("{\"token\":\"" + large + "\",\"reason\":\"" + CANARY + "\"}"));
    }

    private void webhooks() {
        Instant now = Instant.now();
        String body = "{\"document_id\":\"" + CANARY + "\",\"patient_id\":\"p\",\"type\":\"" + CANARY + "\"}";
        Request right = Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, body);
        refused(401, Request.of("POST", Webhooks.DOCUMENT).json(body));
        refused(401, Request.of("POST", Webhooks.DOCUMENT).token(token("ada")).json(body));
        refused(401, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, body).body(body + " "));
        refused(401, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now.minusSeconds(301), body));
        refused(401, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now.plusSeconds(310), body));
        refused(401, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", "99999999999999999999", body));
        refused(401, Webhooks.signed(Webhooks.DOCUMENT, "b a d", now, body));
        refused(415, new Request("POST", Webhooks.DOCUMENT, List.of("webhook-id", "bad-1"), null).body(body));
        refused(413, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, "\"" + CANARY + "x".repeat(70_000) + "\""));
        refused(400, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, "{\"a\":" + CANARY + "}"));
        refused(400, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, "[".repeat(500) + "]".repeat(500)));
        refused(422, Webhooks.signed(Webhooks.DOCUMENT, "bad-1", now, "{\"document_id\":\"" + CANARY + "\"}"));
        refused(422, Webhooks.signed(Webhooks.USER, "bad-1", now, "{\"uid\":[\"" + CANARY + "\"]}"));
        String half = "{\"uid\":\"" + CANARY + "\\ud800\",\"email\":\"a\",\"phoneNumber\":\"1\"}";
        refused(422, Webhooks.signed(Webhooks.USER, "bad-1", now, half));
        refused(404, Webhooks.signed("/api/webhooks/other/thing", "bad-1", now, body));
        HttpResponse<String> accepted = right.send(port);
        while (accepted.statusCode() == 429) {
            accepted = right.send(port);
        }
        if (accepted.statusCode() != 200) {
            fail("what was refused before must not have used up the delivery's id: " + accepted.body());
        }
        refused(409, right);
    }
}
