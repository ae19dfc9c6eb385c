package dev.docmirror.examples.backend.sync;

import java.io.IOException;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.BackendServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** An operation reaches its user's documents, and no others. The documents here are noel's, the operations the nurse's. */
class ForeignDocumentIT extends BackendIT {
    private static final String SYNC = "/api/v1/sync";
    private static final String SECRET = "noels secret";

    @Autowired
    private CouchDbChangeSource source;

    @ParameterizedTest
    @ValueSource(strings = {"CREATE", "UPDATE", "DELETE"})
    void queue_documentOfAnother_isUnknown(String kind) throws IOException, InterruptedException {
        String id = "foreign-" + kind;
        devices().put(encounter(id, "noel"));

        for (String data : List.of("{}", "{\"diagnosis\":\"mine\"}", "{\"patientId\":\"p\"}")) {
            Answered refused =
                    post("nurse", SYNC + "/queue", operation(kind, id, data)).expect(404);

            assertThat(refused.json().get("detail").asString()).isEqualTo("there is no such document");
        }
        post("nurse", SYNC + "/push", null).expect(200);
        assertThat(winner(id).body().get("diagnosis").asString()).isEqualTo(SECRET);
    }

    @Test
    void queue_documentOfNobody_isUnknown() throws IOException, InterruptedException {
        ObjectNode nobodys = encounter("foreign-nobody", "noel");
        nobodys.remove("owner");
        devices().put(nobodys);

        post("nurse", SYNC + "/queue", operation("UPDATE", "foreign-nobody", "{}"))
                .expect(404);
    }

    @Test
    void queue_anotherOwnerInTheData_isRefused() {
        Answered refused = post("nurse", SYNC + "/queue", operation("CREATE", "foreign-data", "{\"owner\":\"noel\"}"))
                .expect(400);
        post("nurse", SYNC + "/queue", operation("UPDATE", "foreign-data", "{\"owner\":null}"))
                .expect(400);

        assertThat(refused.json().get("detail").asString()).isEqualTo("owner: must be the user whose operation it is");
    }

    /** The two would be folded into one, in the name of the later. */
    @Test
    void queue_documentThatWaitsToBeAnothers_isUnknown() {
        ObjectNode noels = operation("CREATE", "foreign-waits", "{\"patientId\":\"p\"}")
                .put("userId", "noel")
                .put("deviceId", "foreign-noel");
        post("noel", SYNC + "/queue", noels).expect(200);

        post("nurse", SYNC + "/queue", operation("UPDATE", "foreign-waits", "{}"))
                .expect(404);
        post("nurse", SYNC + "/queue", operation("DELETE", "foreign-waits", "{}"))
                .expect(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "DELETE"})
    void process_documentGivenAwayMeanwhile_isRefused(String kind) throws IOException, InterruptedException {
        String id = "foreign-late-" + kind;
        devices().put(encounter(id, "nurse"));
        String number = queued(operation(kind, id, "{\"diagnosis\":\"mine\"}"));
        giveAway(id);

        JsonNode answer = process(number);

        assertThat(answer.get("status").asString()).isEqualTo("FAILED");
        assertThat(answer.get("error").asString()).contains("the document is not yours");
        assertThat(answer.toString()).doesNotContain(SECRET);
        assertThat(winner(id).body().get("diagnosis").asString()).isEqualTo(SECRET);
        assertThat(winner(id).body().get("owner").asString()).isEqualTo("noel");
    }

    @Test
    void process_doneBefore_documentGivenAwaySince_showsNothingOfIt() throws IOException, InterruptedException {
        devices().put(encounter("foreign-done", "nurse"));
        String number = queued(operation("UPDATE", "foreign-done", "{}"));
        assertThat(process(number).at("/result/diagnosis").asString()).isEqualTo(SECRET);
        giveAway("foreign-done");

        JsonNode answer = process(number);

        assertThat(answer.get("result")).isEqualTo(JSON.createObjectNode().put("id", "foreign-done"));
    }

    @Test
    void resolve_documentGivenAwayMeanwhile_canOnlyBeGivenUp() throws IOException, InterruptedException {
        devices().put(encounter("foreign-conflict", "nurse"));
        String number = queued(operation("UPDATE", "foreign-conflict", "{\"diagnosis\":\"mine\"}")
                .put("version", 1));
        giveAway("foreign-conflict");
        assertThat(process(number).get("status").asString()).isEqualTo("CONFLICT");

        resolve(number, "CLIENT_WINS").expect(404);
        resolve(number, "MANUAL").expect(404);
        Answered given = resolve(number, "SERVER_WINS").expect(200);

        assertThat(given.body()).doesNotContain(SECRET);
        assertThat(winner("foreign-conflict").body().get("diagnosis").asString())
                .isEqualTo(SECRET);
    }

    @Test
    void process_documentMadeOffline_isItsUsers_whoeverQueuesIt() {
        String path = "/db/" + BackendServers.database().getPath().substring(1) + "/foreign-made";
        String number = post("ada", SYNC + "/queue", operation("CREATE", "foreign-made", "{\"patientId\":\"p\"}"))
                .expect(200)
                .json()
                .get("id")
                .asString();
        assertThat(process(number).get("status").asString()).isEqualTo("SYNCED");

        assertThat(get("nurse", path).expect(200).json().get("owner").asString())
                .isEqualTo("nurse");
        get("noel", path).expect(404);
    }

    @Test
    void queue_admin_reachesTheNamedUsersDocumentsOnly() throws IOException, InterruptedException {
        devices().put(encounter("foreign-admin", "noel"));

        post("ada", SYNC + "/queue", operation("UPDATE", "foreign-admin", "{}")).expect(404);
    }

    @Test
    void queue_reviewer_isNotAllowed() {
        post("rita", SYNC + "/queue", operation("CREATE", "foreign-rita", "{}").put("userId", "rita"))
                .expect(403);
        post("rita", SYNC + "/process/1", null).expect(403);
        send(token("rita"), "PATCH", SYNC + "/resolve/1?resolution=SERVER_WINS", null)
                .expect(403);
    }

    private String queued(ObjectNode operation) {
        return post("nurse", SYNC + "/queue", operation)
                .expect(200)
                .json()
                .get("id")
                .asString();
    }

    private JsonNode process(String number) {
        return post("nurse", SYNC + "/process/" + number, null).expect(200).json();
    }

    private Answered resolve(String number, String resolution) {
        return send(token("nurse"), "PATCH", SYNC + "/resolve/" + number + "?resolution=" + resolution, null);
    }

    private void giveAway(String id) throws IOException, InterruptedException {
        devices()
                .put(encounter(id, "noel")
                        .put("_rev", winner(id).revision().toString())
                        .put("version", 2));
    }

    private Document winner(String id) {
        return source.read(List.of(DocumentId.of(id))).get(0).winner();
    }

    private static ObjectNode operation(String kind, String id, String data) {
        ObjectNode operation = JSON.createObjectNode()
                .put("userId", "nurse")
                .put("deviceId", "foreign-device")
                .put("operation", kind)
                .put("resourceType", "encounter")
                .put("resourceId", id);
        operation.set("data", JSON.readTree(data));
        return operation;
    }

    private static ObjectNode encounter(String id, String owner) {
        return JSON.createObjectNode()
                .put("_id", id)
                .put("type", "encounter")
                .put("owner", owner)
                .put("patientId", "p")
                .put("diagnosis", SECRET)
                .put("version", 1);
    }
}
