package dev.docmirror.examples.backend.sync;

import java.io.IOException;
import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.examples.backend.BackendIT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The operations' endpoints answer what is documented of them, field for field. */
class OperationIT extends BackendIT {
    private static final String SYNC = "/api/v1/sync";
    /** Knows no clinic user's name but an id, as mobile clients do. */
    private static final String USER = "507f1f77bcf86cd799439011";

    @Autowired
    private CouchDbChangeSource source;

    @Test
    void queue_encounterMadeOffline_isPending() {
        JsonNode queued = post(USER, SYNC + "/queue", create("device-123-abc-456", null))
                .expect(200)
                .json();

        assertThat(queued.propertyNames()).containsExactly("id", "status", "message");
        assertThat(queued.get("id").asString()).isNotBlank();
        assertThat(queued.get("status").asString()).isEqualTo("PENDING");
        assertThat(queued.get("message").asString()).isEqualTo("Operation queued for sync");
    }

    @Test
    void pending_ofADevice_listsWhatWaits() {
        String id = queued(create("device-pending", null));

        JsonNode pending = get(USER, SYNC + "/pending?deviceId=device-pending&userId=" + USER)
                .expect(200)
                .json();

        JsonNode data = JSON.readTree("""
                {"patientId": "507f1f77bcf86cd799439011", "diagnosis": "Common cold",
                 "prescription": "Rest and fluids", "type": "encounter",
                 "owner": "507f1f77bcf86cd799439011", "version": 1}""");
        ObjectNode item =
                JSON.createObjectNode().put("id", id).put("operation", "CREATE").put("resourceType", "encounter");
        item.set("data", data);
        item.put("status", "PENDING").put("retryCount", 0).put("createdAtClient", "2025-11-30T10:00:00.000Z");
        assertThat(pending).isEqualTo(JSON.createArrayNode().add(item));
    }

    @Test
    void process_operationThatWaits_isSynced_inCouchDbAndInMySql() throws InterruptedException {
        String id = queued(create("device-process", "encounter-process"));

        JsonNode processed =
                post(USER, SYNC + "/process/" + id, null).expect(200).json();

        assertThat(processed.propertyNames()).containsExactly("status", "message", "result");
        assertThat(processed.get("status").asString()).isEqualTo("SYNCED");
        assertThat(processed.get("message").asString()).isEqualTo("Operation synced successfully");
        assertThat(processed.at("/result/id").asString()).isEqualTo("encounter-process");
        assertThat(processed.at("/result/diagnosis").asString()).isEqualTo("Common cold");
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(diagnosis("encounter-process")).isEqualTo("Common cold");
    }

    @Test
    void process_documentChangedMeanwhile_isAConflict_untilTheClientDecides() throws IOException, InterruptedException {
        post(USER, SYNC + "/process/" + queued(create("device-conflict", "encounter-conflict")), null);
        String mine = queued(update("encounter-conflict", "mine"));
        JsonNode stale = conflict(mine, update("encounter-conflict", "theirs"));

        assertThat(stale).isEqualTo(JSON.readTree("""
                {"status": "CONFLICT", "message": "Version conflict detected",
                 "error": "Resource was modified on server",
                 "resolutionOptions": ["CLIENT_WINS", "SERVER_WINS", "MANUAL"]}"""));
    }

    @Test
    void resolve_clientWins_goesAgain_andServerWins_isDone() throws IOException, InterruptedException {
        post(USER, SYNC + "/process/" + queued(create("device-conflict", "encounter-resolve")), null);
        String mine = queued(update("encounter-resolve", "mine"));
        conflict(mine, update("encounter-resolve", "theirs"));

        JsonNode open = resolve(mine, "CLIENT_WINS").expect(200).json();
        assertThat(open.get("status").asString()).isEqualTo("PENDING");
        JsonNode done = post(USER, SYNC + "/process/" + mine, null).expect(200).json();
        assertThat(done.get("status").asString()).isEqualTo("SYNCED");
        assertThat(done.at("/result/diagnosis").asString()).isEqualTo("mine");

        resolve(mine, "SERVER_WINS").expect(409);
        resolve(mine, "NOBODY_WINS").expect(400);
    }

    @Test
    void process_documentAgainstItsSchema_fails_andGoesAgainWhenItIsRetried() {
        ObjectNode nobodys = create("device-failed", "encounter-failed");
        ((ObjectNode) nobodys.get("data")).remove("patientId");
        String id = queued(nobodys);

        JsonNode failed = post(USER, SYNC + "/process/" + id, null).expect(200).json();
        JsonNode retried = post(USER, SYNC + "/retry?deviceId=device-failed&userId=" + USER, null)
                .expect(200)
                .json();

        assertThat(failed.propertyNames()).containsExactly("status", "message", "error");
        assertThat(failed.get("status").asString()).isEqualTo("FAILED");
        assertThat(failed.get("error").asString()).contains("required").doesNotContain("Common cold");
        assertThat(retried).isEqualTo(JSON.readTree("{\"retried\": 1}"));
    }

    @Test
    void retry_nothingFailed_retriesNothing() {
        JsonNode retried = post(USER, SYNC + "/retry?deviceId=device-none&userId=" + USER, null)
                .expect(200)
                .json();

        assertThat(retried).isEqualTo(JSON.readTree("{\"retried\": 0}"));
    }

    @Test
    void stats_ofAUser_countsTheirOperations() {
        ObjectNode other = create("device-stats", "encounter-stats").put("userId", "noel");
        String id = post("noel", SYNC + "/queue", other)
                .expect(200)
                .json()
                .get("id")
                .asString();
        post("noel", SYNC + "/process/" + id, null).expect(200);

        JsonNode stats = get("ada", SYNC + "/stats?userId=noel").expect(200).json();

        assertThat(stats.propertyNames())
                .containsExactly("total", "pending", "synced", "failed", "conflicts", "syncRate");
        assertThat(stats.get("total").asInt()).isPositive();
        assertThat(stats.get("syncRate").asString()).matches("\\d+\\.\\d\\d%");
        get(USER, SYNC + "/stats?userId=" + USER).expect(403);
    }

    @Test
    void foreignOperations_areOutOfReach() {
        String id = queued(create("device-foreign", null));

        post("noel", SYNC + "/queue", create("device-foreign", null)).expect(403);
        get("noel", SYNC + "/pending?deviceId=device-foreign&userId=" + USER).expect(403);
        post("noel", SYNC + "/retry?userId=" + USER, null).expect(403);
        post("noel", SYNC + "/process/" + id, null).expect(404);
        send(token("noel"), "PATCH", SYNC + "/resolve/" + id + "?resolution=SERVER_WINS", null)
                .expect(404);
    }

    @Test
    void queue_somethingMissing_isNamedWithoutItsValue() {
        ObjectNode nothing = create("device-bad", null);
        nothing.remove("data");
        Answered missing = post(USER, SYNC + "/queue", nothing).expect(400);
        assertThat(missing.type()).startsWith("application/problem+json");
        assertThat(missing.json().get("detail").asString()).isEqualTo("data: must be given");
        post(USER, SYNC + "/queue", "{\"userId\": ").expect(400);
        post(USER, SYNC + "/queue", create("device-bad", null).put("operation", "EXPLODE"))
                .expect(400);
        assertThat(post(USER, SYNC + "/queue", create("device-bad", "_design/secret"))
                        .expect(400)
                        .body())
                .doesNotContain("secret");
    }

    @Test
    void queue_numbersAndText_areKeptExactly() {
        String exact = "{\"decimal\":0.1000,\"long\":123456789012345678901234567890,\"fine\":0.12345678901234567890123,"
                + "\"huge\":1E+299,\"text\":\"ü€😀\\u0000\"}";
        ObjectNode request = create("device-exact", "encounter-exact");
        String body = request.toString().replace("\"Common cold\"", "\"Common cold\",\"exact\":" + exact);

        post(USER, SYNC + "/queue", body).expect(200);

        assertThat(get(USER, SYNC + "/pending?deviceId=device-exact&userId=" + USER)
                        .expect(200)
                        .body())
                .contains("\"exact\":" + exact);
    }

    /** Lets another device write first, and processes what this one had. */
    private JsonNode conflict(String mine, ObjectNode theirs) throws IOException, InterruptedException {
        String id = theirs.get("resourceId").asString();
        ObjectNode server = JSON.createObjectNode()
                .put("_id", id)
                .put("_rev", revision(id))
                .put("type", "encounter")
                .put("owner", USER)
                .put("patientId", USER)
                .put("diagnosis", "theirs")
                .put("version", 2);
        devices().put(server);
        return post(USER, SYNC + "/process/" + mine, null).expect(200).json();
    }

    private String revision(String id) {
        return source.read(List.of(DocumentId.of(id)))
                .get(0)
                .winner()
                .revision()
                .toString();
    }

    private Answered resolve(String id, String resolution) {
        return send(token(USER), "PATCH", SYNC + "/resolve/" + id + "?resolution=" + resolution, null);
    }

    private String queued(ObjectNode request) {
        return post(USER, SYNC + "/queue", request).expect(200).json().get("id").asString();
    }

    private String diagnosis(String id) {
        return database.sql("SELECT diagnosis FROM encounters WHERE id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    private static ObjectNode create(String device, @Nullable String id) {
        ObjectNode request = JSON.readValue("""
                {
                  "userId": "507f1f77bcf86cd799439011",
                  "deviceId": "device-123-abc-456",
                  "operation": "CREATE",
                  "resourceType": "encounter",
                  "data": {
                    "patientId": "507f1f77bcf86cd799439011",
                    "diagnosis": "Common cold",
                    "prescription": "Rest and fluids"
                  },
                  "createdAtClient": "2025-11-30T10:00:00.000Z",
                  "version": 1
                }""", ObjectNode.class).put("deviceId", device);
        return id == null ? request : request.put("resourceId", id);
    }

    private static ObjectNode update(String id, String diagnosis) {
        ObjectNode request = create("device-conflict", id).put("operation", "UPDATE");
        request.putObject("data").put("diagnosis", diagnosis);
        return request;
    }
}
