package dev.docmirror.examples.backend.page;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

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
                .containsExactly(
                        "at",
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
    void events_somebodyListens_areToldAsTheyHappen() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url("/api/events"))
                .header("Authorization", "Bearer " + token("nurse"))
                .timeout(PATIENCE)
                .build();
        HttpResponse<Stream<String>> stream = http.send(request, HttpResponse.BodyHandlers.ofLines());

        try (Stream<String> lines = stream.body()) {
            assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
            List<String> told = lines.filter(line -> !line.startsWith(":") && !line.isEmpty())
                    .limit(4)
                    .toList();
            assertThat(told.get(0)).isEqualTo("event: monitor");
            assertThat(told.get(1)).startsWith("data: {");
            assertThat(told.get(2)).isEqualTo("event: monitor");
        }
    }

    @Test
    void monitor_noToken_isRefused() {
        Answered refused = send(null, "GET", "/api/monitor", null).expect(401);

        assertThat(refused.type()).startsWith("application/problem+json");
        assertThat(send("wrong", "GET", "/api/monitor", null).status()).isEqualTo(401);
    }
}
