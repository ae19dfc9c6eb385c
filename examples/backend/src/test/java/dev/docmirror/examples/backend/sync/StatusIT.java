package dev.docmirror.examples.backend.sync;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The status endpoints answer what is documented of them, field for field. */
class StatusIT extends BackendIT {

    @Test
    void status_always_tellsHealthAndCounts() {
        JsonNode status = get("nurse", "/api/sync/status").expect(200).json();

        assertThat(status.propertyNames()).containsExactly("status", "checks", "last_check");
        assertThat(status.get("status").asString()).isIn("healthy", "degraded");
        assertThat(status.get("checks").propertyNames())
                .containsExactlyInAnyOrder("postgres_users", "supabase_documents", "pending_syncs", "failed_syncs");
        assertThat(status.get("checks").valueStream()).allMatch(JsonNode::isIntegralNumber);
        assertThat(Instant.parse(status.get("last_check").asString())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void patient_mirrored_tellsWhatEachSystemHas_andWhatTheSyncDid() throws IOException, InterruptedException {
        ObjectNode patient =
                JSON.createObjectNode().put("_id", "patient:STATUS").put("type", "clinicalPatient");
        patient.putObject("patient").put("cpt", "STATUS");
        ObjectNode note = JSON.createObjectNode()
                .put("_id", "status-note")
                .put("type", "note")
                .put("patientId", "patient:STATUS")
                .put("title", "a note")
                .put("updatedAt", "2026-02-17T04:00:00Z");
        devices().write(List.of(patient, note), () -> {});
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();

        JsonNode status =
                get("nurse", "/api/sync/patient/patient:STATUS").expect(200).json();

        assertThat(status.propertyNames())
                .containsExactlyInAnyOrder("postgres_user", "firebase_profile", "supabase_documents", "sync_logs");
        assertThat(status.get("sync_logs")
                        .valueStream()
                        .map(log -> log.get("document").asString()))
                .containsExactlyInAnyOrder("patient:STATUS", "status-note");
        assertThat(status.get("sync_logs").get(0).propertyNames())
                .containsExactly("at", "document", "event", "revision", "status", "reason");
        assertThat(status.get("sync_logs").get(0).get("event").asString()).isEqualTo("mirrored");
        assertThat(status.toString()).doesNotContain("a note");
    }

    @Test
    void patient_conflict_isToldToReviewersOnly() throws IOException, InterruptedException {
        ObjectNode signed = JSON.createObjectNode()
                .put("_id", "status-signed")
                .put("type", "note")
                .put("patientId", "patient:CONTESTED")
                .put("title", "a note")
                .put("signatureHash", "abc")
                .put("updatedAt", "2026-02-17T04:00:00Z");
        devices().put(signed);
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        devices().put(signed.deepCopy().put("title", "edited after it was signed"));
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();

        assertThat(events("rita")).contains("conflict");
        assertThat(events("ada")).contains("conflict");
        assertThat(events("nurse")).isNotEmpty().doesNotContain("conflict");
    }

    private List<String> events(String user) {
        return get(user, "/api/sync/patient/patient:CONTESTED")
                .expect(200)
                .json()
                .get("sync_logs")
                .valueStream()
                .map(log -> log.get("event").asString())
                .toList();
    }
}
