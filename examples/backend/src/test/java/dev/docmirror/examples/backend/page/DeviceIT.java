package dev.docmirror.examples.backend.page;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class DeviceIT extends BackendIT {

    @Test
    void devices_operationsOfOne_areCounted() {
        String done = queued("device-figures-done", "patient:C1");
        post("noel", "/api/v1/sync/process/" + done, null).expect(200);
        String failed = queued("device-figures-failed", "");
        post("noel", "/api/v1/sync/process/" + failed, null).expect(200);

        JsonNode devices = get("ada", "/api/devices").expect(200).json();

        JsonNode mine = devices.get("items")
                .valueStream()
                .filter(device -> device.get("device").asString().equals("device-figures"))
                .findFirst()
                .orElseThrow();
        assertThat(mine).isEqualTo(JSON.readTree("""
                {"device": "device-figures", "user": "noel", "total": 2, "synced": 1, "failed": 1, "conflicts": 0,
                 "failureRate": "50.0%"}"""));
        get("nurse", "/api/devices").expect(403);
    }

    private String queued(String id, String patient) {
        ObjectNode request = JSON.createObjectNode()
                .put("userId", "noel")
                .put("deviceId", "device-figures")
                .put("operation", "CREATE")
                .put("resourceType", "encounter")
                .put("resourceId", id);
        request.putObject("data").put("patientId", patient);
        return post("noel", "/api/v1/sync/queue", request)
                .expect(200)
                .json()
                .get("id")
                .asString();
    }
}
