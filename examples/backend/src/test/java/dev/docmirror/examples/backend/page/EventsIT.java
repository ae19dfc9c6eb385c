package dev.docmirror.examples.backend.page;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.examples.backend.BackendIT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class EventsIT extends BackendIT {

    @Test
    @Timeout(60)
    void events_somethingHappens_isToldAtOnce() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url("/api/events"))
                .header("Authorization", "Bearer " + token("nurse"))
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith(":");
            ObjectNode poison = JSON.createObjectNode()
                    .put("_id", "event-poison")
                    .put("type", "note")
                    .put("title", "secret ".repeat(40));
            devices().put(poison);
            List<String> seen = new ArrayList<>();
            while (!seen.containsAll(List.of("monitor", "dead-letter"))) {
                String line = lines.readLine();
                if (line.startsWith("event: ")) {
                    seen.add(line.substring(7));
                    JsonNode data = JSON.readTree(lines.readLine().substring("data: ".length()));
                    check(line.substring(7), data);
                }
            }
        }
    }

    private static void check(String event, JsonNode data) {
        if (event.equals("monitor")) {
            assertThat(data.propertyNames()).contains("state", "at", "queue").doesNotContain("history");
        } else if (event.equals("dead-letter")) {
            assertThat(data).isEqualTo(JSON.readTree("{\"id\": \"event-poison\"}"));
        }
    }

    @Test
    void events_noToken_areRefused() {
        send(null, "GET", "/api/events", null).expect(401);
    }
}
