package dev.docmirror.examples.backend.page;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class MonitorIT extends BackendIT {

    @Test
    void monitor_workerFollows_tellsStateHealthAndFigures() throws InterruptedException {
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();

        JsonNode monitor = get("nurse", "/api/monitor").expect(200).json();

        assertThat(monitor.propertyNames())
                .containsExactlyInAnyOrder(
                        "state",
                        "since",
                        "health",
                        "lagMillis",
                        "documentsPerSecond",
                        "mirrored",
                        "queue",
                        "deadLetters",
                        "openConflicts",
                        "history");
        assertThat(monitor.at("/health/status").asString()).isIn("HEALTHY", "DEGRADED");
        assertThat(monitor.get("queue").propertyNames())
                .containsExactlyInAnyOrder("pending", "processing", "failed", "conflicts");
    }

    @Test
    void monitor_noToken_isRefused() {
        Answered refused = send(null, "GET", "/api/monitor", null).expect(401);

        assertThat(refused.type()).startsWith("application/problem+json");
        assertThat(send("wrong", "GET", "/api/monitor", null).status()).isEqualTo(401);
    }
}
