package dev.docmirror.examples.backend.page;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.examples.backend.BackendIT;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Reviewers see the drafts that differ, and decide. */
class ConflictIT extends BackendIT {
    @Autowired
    private CouchDbChangeSource source;

    @Autowired
    private ConflictArchive archive;

    @Test
    void merge_fieldsOfBothDevices_isInCouchDbAndInMySql_andTheConflictIsClosed() throws Exception {
        contest("conflict-merge");
        JsonNode item = item("conflict-merge").orElseThrow();
        assertThat(item.propertyNames()).containsExactly("id", "type", "outcome", "reason", "detectedAt", "versions");
        assertThat(item.get("type").asString()).isEqualTo("note");
        assertThat(item.get("outcome").asString()).isEqualTo("REVIEW");

        JsonNode shown = show("conflict-merge");
        assertThat(shown.get("versions")
                        .valueStream()
                        .map(version -> version.at("/body/title").asString()))
                .containsExactlyInAnyOrder("from a", "from b");
        assertThat(shown.get("versions")
                        .valueStream()
                        .filter(version -> version.get("winner").asBoolean()))
                .hasSize(1);
        assertThat(shown.get("fields")
                        .valueStream()
                        .map(field -> field.get("pointer").asString()))
                .containsExactlyInAnyOrder("/title", "/details/dose", "/plan");
        String a = revision(shown, "from a");
        String b = revision(shown, "from b");
        ObjectNode decision = decision(shown, "both are right");
        decision.put("base", a).putObject("fields").put("/details/dose", b).put("/plan", b);
        JsonNode decided = post("rita", "/api/conflict/merge?id=conflict-merge", decision)
                .expect(200)
                .json();

        assertThat(decided).isEqualTo(JSON.readTree("{\"id\": \"conflict-merge\", \"status\": \"RESOLVED\"}"));
        ObjectNode body = only("conflict-merge");
        assertThat(body.get("title").asString()).isEqualTo("from a");
        assertThat(body.at("/details/dose").asString()).isEqualTo("b");
        assertThat(body.at("/details/unit").asString()).isEqualTo("mg");
        assertThat(body.has("plan")).isFalse();
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(title("conflict-merge")).isEqualTo("from a");
        assertThat(item("conflict-merge")).isEmpty();
        get("rita", "/api/conflict?id=conflict-merge").expect(404);
    }

    @Test
    void choose_oneVersion_closesTheOther() throws Exception {
        contest("conflict/with a slash");
        String path = "?id=conflict%2Fwith%20a%20slash";
        JsonNode shown = get("rita", "/api/conflict" + path).expect(200).json();
        ObjectNode decision = decision(shown, "seen the patient").put("revision", revision(shown, "from b"));

        post("rita", "/api/conflict/choose" + path, decision).expect(200);

        assertThat(only("conflict/with a slash").get("title").asString()).isEqualTo("from b");
        assertThat(item("conflict/with a slash")).isEmpty();
    }

    @Test
    void dismiss_leavesTheVersions_andClosesTheConflict() throws Exception {
        contest("conflict-dismiss");
        JsonNode shown = show("conflict-dismiss");
        post("rita", "/api/conflict/dismiss?id=conflict-dismiss", decision(shown, " "))
                .expect(422);
        ObjectNode decision = decision(shown, "of no importance");

        post("rita", "/api/conflict/dismiss?id=conflict-dismiss", decision).expect(200);

        assertThat(item("conflict-dismiss")).isEmpty();
    }

    @Test
    void decide_writtenMeanwhile_isRefused_andNothingIsClosed() throws Exception {
        contest("conflict-stale");
        JsonNode shown = show("conflict-stale");
        String winner = shown.get("versions").get(0).get("revision").asString();
        devices().put(note("conflict-stale", "again").put("_rev", winner));

        ObjectNode decision = decision(shown, "too late").put("revision", winner);
        Answered refused =
                post("rita", "/api/conflict/choose?id=conflict-stale", decision).expect(409);

        assertThat(refused.type()).startsWith("application/problem+json");
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(item("conflict-stale")).isPresent();
    }

    @Test
    void decide_badRequests_areRefused() throws Exception {
        contest("conflict-bad");
        JsonNode shown = show("conflict-bad");
        String path = "/api/conflict/merge?id=conflict-bad";
        post("rita", path, decision(shown, "why").put("base", "1-none")).expect(422);
        post("rita", path, decision(shown, "why").put("base", "nonsense")).expect(422);
        ObjectNode elsewhere = decision(shown, "why").put("base", revision(shown, "from a"));
        elsewhere.putObject("fields").put("/owner", revision(shown, "from b"));
        post("rita", path, elsewhere).expect(422);
        post("nurse", path, decision(shown, "why")).expect(403);
        get("nurse", "/api/conflicts").expect(403);
        get("rita", "/api/conflicts?limit=0").expect(400);
        get("rita", "/api/conflict?id=conflict-none").expect(404);
        assertThat(item("conflict-bad")).isPresent();
    }

    /** Nothing is left to decide: what devices see is the signed version again, and the edit is in the archive. */
    @Test
    void signedNoteEdited_isRejected_andTheSignedVersionComesBack() throws Exception {
        ObjectNode signed = note("conflict-signed", "signed").put("signatureHash", "abc");
        devices().put(signed);
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        devices().put(signed.deepCopy().put("title", "edited"));

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> only("conflict-signed").get("title").asString().equals("signed"));
        assertThat(title("conflict-signed")).isEqualTo("signed");
        assertThat(archive.of(worker.stream(), DocumentId.of("conflict-signed")))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.conflict().outcome()).isEqualTo(ArchivedConflict.Outcome.REJECTED_IMMUTABLE);
                    assertThat(entry.conflict().loser().body().get("title").asString())
                            .isEqualTo("edited");
                });
    }

    private ObjectNode decision(JsonNode shown, String reason) {
        return JSON.createObjectNode()
                .put("token", shown.get("token").asString())
                .put("reason", reason);
    }

    private static String revision(JsonNode shown, String title) {
        return shown.get("versions")
                .valueStream()
                .filter(version -> version.at("/body/title").asString().equals(title))
                .findFirst()
                .orElseThrow()
                .get("revision")
                .asString();
    }

    private JsonNode show(String id) {
        return get("rita", "/api/conflict?id=" + id).expect(200).json();
    }

    private Optional<JsonNode> item(String id) {
        return get("rita", "/api/conflicts?type=note&limit=500")
                .expect(200)
                .json()
                .get("items")
                .valueStream()
                .filter(item -> item.get("id").asString().equals(id))
                .findFirst();
    }

    private ObjectNode only(String id) {
        return source.read(List.of(DocumentId.of(id))).stream()
                .findFirst()
                .map(change -> {
                    assertThat(change.leaves())
                            .filteredOn(leaf -> !leaf.deleted())
                            .hasSize(1);
                    return change.winner().body();
                })
                .orElseThrow();
    }

    private String title(String id) {
        return database.sql("SELECT title FROM notes WHERE id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    /** Two devices edit a draft without seeing each other. */
    private void contest(String id) throws IOException, InterruptedException {
        ObjectNode draft = note(id, "draft");
        devices().write(List.of(draft), () -> {});
        assertThat(worker.awaitCaughtUp(PATIENCE)).isTrue();
        ObjectNode a = draft.deepCopy().put("title", "from a").put("plan", "rest");
        a.putObject("details").put("dose", "a").put("unit", "mg");
        ObjectNode b = draft.deepCopy().put("title", "from b");
        b.putObject("details").put("dose", "b").put("unit", "mg");
        devices().conflict(List.of(a), List.of(b));
        awaitOpen(id);
    }

    private void awaitOpen(String id) {
        Awaitility.await().atMost(PATIENCE).until(() -> item(id).isPresent());
    }

    private static ObjectNode note(String id, String title) {
        return JSON.createObjectNode()
                .put("_id", id)
                .put("type", "note")
                .put("owner", "nurse")
                .put("patientId", "patient:C1")
                .put("title", title)
                .put("updatedAt", "2026-02-17T04:00:00Z");
    }
}
