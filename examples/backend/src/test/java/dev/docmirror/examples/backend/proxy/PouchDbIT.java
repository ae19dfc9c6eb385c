package dev.docmirror.examples.backend.proxy;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.BackendServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A real PouchDB replicates through the proxy. */
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
        devices().write(Notes.some("pouch-joe-", "joe", 300), () -> {});

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
                .noneMatch(id -> id.startsWith("pouch-joe-"));

        assertThat(push("there", "nurse").get("written").asInt()).as("again").isZero();
        assertThat(pull("back", "nurse").get("written").asInt()).as("again").isZero();
        assertThat(database.sql("SELECT COUNT(*) FROM device_writes WHERE doc_id LIKE 'pouch-there-%'"
                                + " AND user_name = 'nurse' AND outcome = 'WRITTEN'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(DOCUMENTS);
    }
}
