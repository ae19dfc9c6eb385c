package dev.docmirror.examples.backend.sync;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The cycle's endpoints answer what is documented of them, field for field. */
class CycleIT extends BackendIT {
    private static final String SYNC = "/api/v1/sync";

    @BeforeEach
    void nothingIsLeftToDo() {
        post("nurse", SYNC + "/run", null).expect(200);
    }

    @Test
    void run_writesOfBothSides_reportsPushPullAndConflicts() throws IOException, InterruptedException {
        ObjectNode signed = note("cycle-signed").put("signatureHash", "abc");
        devices().put(signed);
        get("nurse", SYNC + "/pull").expect(200);
        devices().put(signed.deepCopy().put("title", "edited after it was signed"));
        enqueue("cycle-patient");

        JsonNode report = post("nurse", SYNC + "/run", null).expect(200).json();

        assertThat(report.propertyNames())
                .containsExactly("success", "completedAt", "durationMs", "push", "pull", "conflicts");
        assertThat(report.get("success").asBoolean()).isTrue();
        assertThat(Instant.parse(report.get("completedAt").asString())).isBeforeOrEqualTo(Instant.now());
        assertThat(report.get("durationMs").isIntegralNumber()).isTrue();
        assertThat(report.get("push"))
                .isEqualTo(JSON.readTree("{\"total\":1,\"success\":1,\"failed\":0,\"conflicts\":0}"));
        assertThat(report.get("pull").propertyNames()).containsExactly("total", "applied", "skipped", "conflicts");
        // Its being written back may be in this report, too, or in the next.
        assertThat(report.get("conflicts").valueStream()).anySatisfy(conflict -> {
            assertThat(conflict.propertyNames()).containsExactly("entityType", "entityId", "resolution", "reason");
            assertThat(conflict.get("entityId").asString()).isEqualTo("cycle-signed");
            assertThat(conflict.get("entityType").asString()).isEqualTo("note");
            assertThat(conflict.get("resolution").asString()).isEqualTo("RejectedImmutable");
            assertThat(conflict.get("reason").asString()).isNotBlank();
        });
    }

    @Test
    void push_operationsThatWait_answersTheirFigures() {
        enqueue("cycle-push");

        JsonNode push = post("nurse", SYNC + "/push", null).expect(200).json();

        assertThat(push).isEqualTo(JSON.readTree("{\"total\":1,\"success\":1,\"failed\":0,\"conflicts\":0}"));
    }

    @Test
    void pull_documentsOfDevices_answersTheirFigures_andTheyAreInTheTables() throws IOException, InterruptedException {
        devices().write(List.of(note("cycle-pull-1"), note("cycle-pull-2")), () -> {});

        JsonNode pull = get("nurse", SYNC + "/pull?sinceUtc=2026-02-17T00:00:00Z")
                .expect(200)
                .json();

        assertThat(pull.propertyNames()).containsExactly("total", "applied", "skipped", "conflicts");
        assertThat(pull.get("applied").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(database.sql("SELECT COUNT(*) FROM notes WHERE id LIKE 'cycle-pull-%'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void pull_timeThatIsNone_isABadRequest() {
        Answered refused = get("nurse", SYNC + "/pull?sinceUtc=yesterday").expect(400);

        assertThat(refused.json().get("detail").asString()).isEqualTo("sinceUtc: has not the right form");
    }

    @Test
    void status_operationWaits_tellsHowMany_andSinceWhen() {
        enqueue("cycle-status");

        JsonNode status = get("nurse", SYNC + "/status").expect(200).json();

        assertThat(status.propertyNames())
                .containsExactly("pending", "processing", "failed", "oldestPendingAt", "lastSyncAt");
        assertThat(status.get("pending").asInt()).isPositive();
        assertThat(status.get("processing").asInt()).isZero();
        assertThat(Instant.parse(status.get("oldestPendingAt").asString())).isBeforeOrEqualTo(Instant.now());
        assertThat(Instant.parse(status.get("lastSyncAt").asString())).isBeforeOrEqualTo(Instant.now());
    }

    private void enqueue(String id) {
        ObjectNode request = JSON.createObjectNode()
                .put("userId", "nurse")
                .put("deviceId", "cycle-device")
                .put("operation", "CREATE")
                .put("resourceType", "encounter")
                .put("resourceId", id)
                .put("version", 1);
        request.putObject("data").put("patientId", "patient:C1").put("diagnosis", "Common cold");
        post("nurse", SYNC + "/queue", request).expect(200);
    }

    private static ObjectNode note(String id) {
        return JSON.createObjectNode()
                .put("_id", id)
                .put("type", "note")
                .put("owner", "nurse")
                .put("patientId", "patient:C1")
                .put("title", "a note")
                .put("updatedAt", "2026-02-17T04:00:00Z");
    }
}
