package dev.docmirror.examples.backend.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.BackendServers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Notes that devices write into CouchDB for the tests of the page, and what became of them. */
abstract class PageNotes extends BackendIT {
    private static final String RUN = Long.toString(System.nanoTime(), 36);
    private static final AtomicInteger LAST = new AtomicInteger();

    /** An id that nobody else has. */
    static String fresh(String what) {
        return "page-" + what + "-" + RUN + LAST.incrementAndGet();
    }

    static ObjectNode note(String id, String title) {
        ObjectNode note = JSON.createObjectNode()
                .put("_id", id)
                .put("type", "note")
                .put("patientId", "patient:AB12")
                .put("title", title)
                .put("plan", "Rest")
                .put("author", "nurse.amy")
                .put("updatedAt", "2026-11-01T09:00:00Z");
        note.set("dose", JSON.readTree("123456789012345678901234567890"));
        return note;
    }

    static void write(ObjectNode note) throws IOException, InterruptedException {
        devices().write(List.of(note), () -> {});
    }

    /** Writes a note that can't become a row, and returns its id once it is parked. */
    String poison(String what) throws IOException, InterruptedException {
        ObjectNode note = note(fresh(what), "Poison");
        note.remove("title");
        write(note);
        String id = note.get("_id").asString();
        worker.awaitMirrored(DocumentId.of(id), Revision.of(note.get("_rev").asString()), PATIENCE);
        return id;
    }

    /** Writes a note that two devices edit without seeing each other: CouchDB's winner by dr.bo, the other one by nurse.amy. */
    static String conflict(String what) throws IOException, InterruptedException {
        ObjectNode note = note(fresh(what), "Cough");
        write(note);
        ObjectNode ours = note.deepCopy().put("title", "Cough, worse at night");
        ObjectNode theirs = note.deepCopy()
                .put("plan", "Antibiotics")
                .put("author", "dr.bo")
                .put("updatedAt", "2026-11-02T10:00:00Z");
        devices().conflict(List.of(ours), List.of(theirs));
        return note.get("_id").asString();
    }

    /** Writes another version on top of CouchDB's winner. */
    Revision edit(String id, String title) throws IOException, InterruptedException {
        ObjectNode winner = (ObjectNode) couch(id);
        winner.remove("_conflicts");
        return devices().put(winner.put("title", title));
    }

    /** The document as CouchDB shows it, with the revisions that conflict. */
    JsonNode couch(String id) throws IOException, InterruptedException {
        String credentials =
                BackendServers.couch().user() + ":" + BackendServers.couch().password();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(BackendServers.database() + "/" + id + "?conflicts=true"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    void awaitMirrored(String id, JsonNode document) throws InterruptedException {
        Revision revision = Revision.of(document.get("_rev").asString());
        assertThat(worker.awaitMirrored(DocumentId.of(id), revision, PATIENCE)).isTrue();
    }

    /** The note's row in MySQL. */
    Map<String, Object> row(String id) {
        return database.sql("SELECT title, plan, author FROM notes WHERE id = :id")
                .param("id", id)
                .query()
                .singleRow();
    }

    /** Why somebody decided, as the archive keeps it. */
    String reasonKept(String id) {
        return database.sql("SELECT MAX(resolution_note) FROM sync_conflicts WHERE id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }
}
