package dev.docmirror.examples.backend;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class OpenApiIT extends BackendIT {

    @Test
    void document_namesTheEndpointsAndHowToLogIn() {
        JsonNode api = get("nurse", "/api/openapi").expect(200).json();

        assertThat(api.get("openapi").asString()).startsWith("3.");
        assertThat(api.get("paths").propertyNames())
                .contains(
                        "/api/login",
                        "/api/monitor",
                        "/api/events",
                        "/api/conflicts",
                        "/api/conflict/merge",
                        "/api/dead-letter/replay",
                        "/api/devices",
                        "/api/v1/sync/run",
                        "/api/v1/sync/push",
                        "/api/v1/sync/pull",
                        "/api/v1/sync/status",
                        "/api/v1/sync/queue",
                        "/api/v1/sync/pending",
                        "/api/v1/sync/process/{id}",
                        "/api/v1/sync/resolve/{id}",
                        "/api/v1/sync/retry",
                        "/api/v1/sync/stats",
                        "/api/sync/status",
                        "/api/sync/patient/{patientId}");
        assertThat(api.at("/components/schemas/CycleReport/properties").propertyNames())
                .contains("success", "push", "pull", "conflicts");
        send(null, "GET", "/api/openapi", null).expect(401);
    }
}
