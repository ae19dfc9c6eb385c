package dev.docmirror.examples.backend.proxy;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.BackendServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A real PouchDB replicates through the proxy. */
@Timeout(300)
class PouchDbIT extends BackendIT {
    private static final int DOCUMENTS = 1_000;

    private static PouchDb device;

    @BeforeAll
    static void start() {
        device = PouchDb.start();
    }

    @AfterAll
    static void stop() {
        device.close();
    }

    private URI remote() {
        String path = BackendServers.database().getPath();
        return url("/db/" + path.substring(path.lastIndexOf('/') + 1));
    }

    private JsonNode push(String database, String user) {
        return device.tell("push", PouchDb.on(database, remote(), token(user)));
    }

    private JsonNode pull(String database, String user) {
        return device.tell("pull", PouchDb.on(database, remote(), token(user)));
    }

    private static JsonNode put(String database, List<ObjectNode> documents) {
        ObjectNode command = PouchDb.on(database);
        ArrayNode docs = command.putArray("docs");
        documents.forEach(docs::add);
        return device.tell("put", command).get("revs");
    }

    private static Set<String> ids(String database) {
        return device.tell("docs", PouchDb.on(database))
                .get("docs")
                .valueStream()
                .map(doc -> doc.get("_id").asString())
                .collect(Collectors.toSet());
    }

    @Test
    void replicate_thousandDocumentsEachWay_arriveWholeAndOnce() throws Exception {
        put("there", Notes.some("pouch-there-", "nurse", DOCUMENTS));
        devices().write(Notes.some("pouch-back-", "nurse", DOCUMENTS), () -> {});
        devices().write(Notes.some("pouch-noel-", "noel", 300), () -> {});

        JsonNode pushed = push("there", "nurse");
        JsonNode pulled = pull("back", "nurse");

        assertThat(pushed.get("outcome").asString()).as(pushed.toString()).isEqualTo("complete");
        assertThat(pushed.get("written").asInt()).isEqualTo(DOCUMENTS);
        assertThat(pushed.get("failures").asInt()).isZero();
        assertThat(pulled.get("outcome").asString()).as(pulled.toString()).isEqualTo("complete");
        assertThat(ids("back"))
                .containsAll(Notes.some("pouch-there-", "nurse", DOCUMENTS).stream()
                        .map(note -> note.get("_id").asString())
                        .toList())
                .containsAll(Notes.some("pouch-back-", "nurse", DOCUMENTS).stream()
                        .map(note -> note.get("_id").asString())
                        .toList())
                .noneMatch(id -> id.startsWith("pouch-noel-"));

        assertThat(push("there", "nurse").get("written").asInt()).as("again").isZero();
        assertThat(pull("back", "nurse").get("written").asInt()).as("again").isZero();
        assertThat(database.sql("SELECT COUNT(*) FROM device_writes WHERE doc_id LIKE 'pouch-there-%'"
                                + " AND user_name = 'nurse' AND outcome = 'WRITTEN'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(DOCUMENTS);
    }

    @Test
    void replicate_refusedDocument_isDeniedAndTheOthersAreWritten() {
        put(
                "denied",
                List.of(
                        Notes.note("pouch-denied-1", "nurse", "fine"),
                        Notes.note("pouch-denied-2", "nurse", "a title").put("updatedAt", "yesterday"),
                        Notes.note("pouch-denied-3", "noel", "not mine to write"),
                        Notes.note("pouch-denied-4", "nurse", "fine, too")));

        JsonNode pushed = push("denied", "nurse");

        assertThat(pushed.get("outcome").asString()).as(pushed.toString()).isEqualTo("complete");
        assertThat(pushed.get("written").asInt()).isEqualTo(2);
        assertThat(pushed.get("denied")
                        .valueStream()
                        .map(denied -> denied.get("id").asString()))
                .containsExactlyInAnyOrder("pouch-denied-2", "pouch-denied-3");
        assertThat(pushed.get("denied"))
                .allMatch(denied -> denied.get("name").asString().equals("forbidden"));
        assertThat(CouchDb.get("/pouch-denied-2").path("error").asString()).isEqualTo("not_found");
        assertThat(CouchDb.get("/pouch-denied-4").path("title").asString()).isEqualTo("fine, too");
    }

    @Test
    void replicate_documentsOfAnother_stayOutOfReach() {
        String revision = CouchDb.put(Notes.note("pouch-foreign", "noel", "noel's secret"));
        put("foreign", List.of(Notes.note("pouch-foreign", "nurse", "stolen")));

        JsonNode pushed = push("foreign", "nurse");
        pull("foreign", "nurse");

        assertThat(pushed.get("written").asInt()).isZero();
        assertThat(pushed.at("/denied/0/id").asString()).isEqualTo("pouch-foreign");
        assertThat(CouchDb.get("/pouch-foreign").get("_rev").asString()).isEqualTo(revision);
        assertThat(device.tell("get", PouchDb.on("foreign").put("id", "pouch-foreign"))
                        .toString())
                .doesNotContain("noel's secret");
        ObjectNode guess = PouchDb.on("foreign", remote(), token("nurse")).put("method", "get");
        guess.putArray("arguments").add("pouch-foreign");
        assertThat(device.tell("call", guess).get("status").asInt()).isEqualTo(404);
    }

    @Test
    void replicate_conflictAndDeletion_arriveWithAllLeaves() {
        ObjectNode base = Notes.note("pouch-conflict", "nurse", "base");
        String first = CouchDb.put(base);
        CouchDb.store(
                Notes.replicated(base.deepCopy().put("title", "ours"), 2, "a", first.substring(2)),
                Notes.replicated(base.deepCopy().put("title", "theirs"), 2, "b", first.substring(2)));
        ObjectNode gone = Notes.note("pouch-gone", "nurse", "gone soon");
        String before = CouchDb.put(gone);
        pull("leaves", "nurse");
        CouchDb.put(JSON.createObjectNode()
                .put("_id", "pouch-gone")
                .put("_rev", before)
                .put("_deleted", true));

        JsonNode pulled = pull("leaves", "nurse");

        assertThat(pulled.get("outcome").asString()).as(pulled.toString()).isEqualTo("complete");
        assertThat(ids("leaves")).contains("pouch-conflict").doesNotContain("pouch-gone");
        JsonNode conflict = device.tell("docs", PouchDb.on("leaves"))
                .get("docs")
                .valueStream()
                .filter(doc -> doc.get("_id").asString().equals("pouch-conflict"))
                .findFirst()
                .orElseThrow();
        assertThat(conflict.get("title").asString()).isEqualTo("theirs");
        assertThat(conflict.at("/_conflicts/0").asString()).isEqualTo("2-" + Notes.hash("a"));
    }

    @Test
    void replicate_again_goesOnFromTheCheckpoint() {
        put("resumed", Notes.some("pouch-resumed-", "nurse", 3));
        push("resumed", "nurse");

        JsonNode again = push("resumed", "nurse");

        assertThat(again.get("read").asInt()).isZero();
        assertThat(again.get("requests").valueStream().map(JsonNode::asString))
                .anyMatch(request -> request.matches("GET .*/_local/.* 200"))
                .noneMatch(request -> request.contains("_bulk_docs") || request.contains("_revs_diff"));
    }

    @Test
    void replicate_withoutAToken_tellsAndWritesNothing() {
        put("outsider", List.of(Notes.note("pouch-outsider", "nurse", "a title")));

        JsonNode pushed = device.tell("push", PouchDb.on("outsider", remote(), "no-token"));

        assertThat(pushed.get("outcome").asString()).isEqualTo("error");
        assertThat(CouchDb.get("/pouch-outsider").path("error").asString()).isEqualTo("not_found");
    }

    @Test
    void sync_live_bringsChangesBothWaysAndToMySql() throws Exception {
        device.tell("follow", PouchDb.on("live", remote(), token("nurse")));
        ObjectNode theirs = Notes.note("pouch-live-there", "nurse", "from the server");
        theirs.put("_rev", CouchDb.put(theirs));
        ObjectNode wait = PouchDb.on("live").put("id", "pouch-live-there");
        device.tell("await", wait.put("title", "from the server"));

        String revision = put("live", List.of(Notes.note("pouch-live-here", "nurse", "from the device")))
                .get("pouch-live-here")
                .asString();
        worker.awaitMirrored(DocumentId.of("pouch-live-here"), Revision.of(revision), PATIENCE);
        CouchDb.put(JSON.createObjectNode()
                .put("_id", "pouch-live-there")
                .put("_rev", theirs.get("_rev").asString())
                .put("_deleted", true));
        device.tell("await", PouchDb.on("live").put("id", "pouch-live-there").putNull("title"));
        device.tell("stop", PouchDb.on("live"));

        assertThat(database.sql("SELECT title FROM notes WHERE id = 'pouch-live-here'")
                        .query(String.class)
                        .single())
                .isEqualTo("from the device");
    }

    @Test
    void pull_documentWithAnAttachment_bringsIt() {
        ObjectNode note = Notes.note("pouch-attached", "nurse", "with a picture");
        note.putObject("_attachments")
                .putObject("x.txt")
                .put("content_type", "text/plain")
                .put("data", "aGk=");
        CouchDb.put(note);

        JsonNode pulled = pull("attached", "nurse");

        assertThat(pulled.get("outcome").asString()).as(pulled.toString()).isEqualTo("complete");
        JsonNode doc = device.tell("get", PouchDb.on("attached").put("id", "pouch-attached"));
        assertThat(doc.at("/doc/_attachments/x.txt/length").asInt())
                .as(doc.toString())
                .isEqualTo(2);
    }

    @Test
    void push_whileCouchDbIsAway_isToldAndLosesNothing() throws Exception {
        assumeTrue(BackendServers.couch().ownsProcess(), "only a server that was started here can be stopped");
        put("away", Notes.some("pouch-away-", "nurse", 250));
        token("nurse");

        BackendServers.couch().stop();
        JsonNode failed = push("away", "nurse");
        BackendServers.couch().restart();
        JsonNode pushed = push("away", "nurse");

        assertThat(failed.get("outcome").asString()).as(failed.toString()).isEqualTo("error");
        assertThat(pushed.get("outcome").asString()).as(pushed.toString()).isEqualTo("complete");
        assertThat(pushed.get("written").asInt()).isEqualTo(250);
        assertThat(CouchDb.get("/pouch-away-249").path("title").asString()).isEqualTo("visit 249");
        assertThat(worker.awaitCaughtUp(PATIENCE)).as("the mirror goes on, too").isTrue();
    }
}
