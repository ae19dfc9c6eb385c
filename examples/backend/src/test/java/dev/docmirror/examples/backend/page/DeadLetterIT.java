package dev.docmirror.examples.backend.page;

import java.io.IOException;
import java.util.Optional;

import dev.docmirror.examples.backend.BackendIT;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Reviewers see what can't be mirrored, and replay or discard it. */
class DeadLetterIT extends BackendIT {

    @Test
    void replay_stillBroken_staysParked_andCountsTheTry() throws IOException, InterruptedException {
        park("letter-replay");
        JsonNode item = item("letter-replay").orElseThrow();
        assertThat(item.propertyNames())
                .containsExactly("id", "revision", "type", "kind", "reason", "attempts", "parkedAt");
        assertThat(item.get("kind").asString()).isEqualTo("MAPPING");
        assertThat(item.get("reason").asString()).contains("title").doesNotContain("secret");

        JsonNode done = post("rita", "/api/dead-letter/replay?id=letter-replay", null)
                .expect(200)
                .json();

        assertThat(done).isEqualTo(JSON.readTree("{\"id\": \"letter-replay\", \"status\": \"PARKED\"}"));
        assertThat(item("letter-replay").orElseThrow().get("attempts").asInt()).isEqualTo(2);
    }

    @Test
    void discard_withAReason_takesItOutOfTheList() throws IOException, InterruptedException {
        park("letter-discard");
        post("rita", "/api/dead-letter/discard?id=letter-discard", "{}").expect(422);
        post("nurse", "/api/dead-letter/discard?id=letter-discard", "{\"reason\": \"x\"}")
                .expect(403);

        JsonNode done = post("rita", "/api/dead-letter/discard?id=letter-discard", "{\"reason\": \"a test patient\"}")
                .expect(200)
                .json();

        assertThat(done).isEqualTo(JSON.readTree("{\"id\": \"letter-discard\", \"status\": \"DISCARDED\"}"));
        assertThat(item("letter-discard")).isEmpty();
        post("rita", "/api/dead-letter/replay?id=letter-none", null).expect(404);
    }

    @Test
    void list_pageByPage_hasEachOnce() throws IOException, InterruptedException {
        park("letter-page-1");
        park("letter-page-2");
        JsonNode first = get("rita", "/api/dead-letters?limit=1").expect(200).json();
        String next = first.get("next").asString();

        JsonNode second = get("rita", "/api/dead-letters?limit=1&after=" + next)
                .expect(200)
                .json();

        assertThat(first.get("items")).hasSize(1);
        assertThat(second.get("items")).hasSize(1);
        assertThat(second.at("/items/0/id").asString())
                .isNotEqualTo(first.at("/items/0/id").asString());
        assertThat(get("rita", "/api/dead-letters?limit=500").json().get("next").isNull())
                .isTrue();
    }

    private void park(String id) throws IOException, InterruptedException {
        ObjectNode poison = JSON.createObjectNode()
                .put("_id", id)
                .put("type", "note")
                .put("patientId", "patient:C1")
                .put("title", "secret ".repeat(40))
                .put("updatedAt", "2026-02-17T04:00:00Z");
        devices().put(poison);
        Awaitility.await().atMost(PATIENCE).until(() -> item(id).isPresent());
    }

    private Optional<JsonNode> item(String id) {
        return get("rita", "/api/dead-letters?limit=500")
                .expect(200)
                .json()
                .get("items")
                .valueStream()
                .filter(item -> item.get("id").asString().equals(id))
                .findFirst();
    }
}
