package dev.docmirror.examples.backend.proxy;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.proxy.Requests.Request;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What each user may see and write through the proxy. */
class ProxyIT extends BackendIT {
    private static final String DB = "/db/" + CouchDb.name();

    private Request request(String user, String method, String path) {
        return Request.of(method, DB + path).token(token(user));
    }

    private HttpResponse<String> send(String user, String method, String path) {
        return request(user, method, path).send(port);
    }

    private JsonNode ask(String user, String path, String body) {
        HttpResponse<String> answer = request(user, "POST", path).json(body).send(port);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> put(String user, ObjectNode document) {
        String id = CouchDbClient.segment(document.get("_id").asString());
        return request(user, "PUT", "/" + id).json(document).send(port);
    }

    private String write(String user, ObjectNode document) {
        HttpResponse<String> answer = put(user, document);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("rev").asString();
    }

    private static ObjectNode docs(boolean newEdits, ObjectNode... documents) {
        ObjectNode body = JSON.createObjectNode().put("new_edits", newEdits);
        var docs = body.putArray("docs");
        for (ObjectNode document : documents) {
            docs.add(document);
        }
        return body;
    }

    /** All changes a user is told from the beginning, by id. */
    private List<String> changed(String user) {
        List<String> ids = new ArrayList<>();
        String since = "0";
        while (true) {
            JsonNode page = JSON.readTree(
                    send(user, "GET", "/_changes?style=all_docs&limit=50&since=" + CouchDbClient.segment(since))
                            .body());
            page.get("results").forEach(row -> ids.add(row.get("id").asString()));
            if (page.get("results").size() < 50) {
                return ids;
            }
            since = page.get("last_seq").asString();
        }
    }

    @Test
    void document_own_isReadWrittenAndDeleted() {
        ObjectNode note = Notes.note("p-own", "nurse", "first");

        String first = write("nurse", note);
        String second = write("nurse", note.put("_rev", first).put("title", "second"));

        JsonNode read = JSON.readTree(send("nurse", "GET", "/p-own?revs=true").body());
        assertThat(read.get("title").asString()).isEqualTo("second");
        assertThat(read.at("/_revisions/start").asInt()).isEqualTo(2);
        assertThat(send("nurse", "GET", "/p-own?rev=" + first).body()).contains("first");
        assertThat(put("nurse", note.put("_rev", first)).statusCode()).isEqualTo(409);
        assertThat(send("nurse", "DELETE", "/p-own?rev=" + second).statusCode()).isEqualTo(200);
        assertThat(send("nurse", "GET", "/p-own").statusCode()).isEqualTo(404);
        assertThat(changed("nurse")).contains("p-own");
    }

    @Test
    void document_ofAnother_isNowhere() {
        String revision = write("noel", Notes.note("p-noel", "noel", "secret"));
        String wanted = "{\"docs\":[{\"id\":\"p-noel\",\"rev\":\"" + revision + "\"},{\"id\":\"p-noel\"}]}";

        assertThat(send("nurse", "GET", "/p-noel").statusCode()).isEqualTo(404);
        assertThat(send("nurse", "GET", "/p-noel?rev=" + revision).statusCode()).isEqualTo(404);
        assertThat(send("nurse", "GET", "/p-noel?open_revs=all").statusCode()).isEqualTo(404);
        assertThat(send("nurse", "GET", "/p-noel/photo.jpg").statusCode()).isEqualTo(404);
        JsonNode read = ask("nurse", "/_bulk_get?revs=true&latest=true", wanted);
        assertThat(read.get("results"))
                .hasSize(2)
                .allMatch(result -> result.at("/docs/0/error/error").asString().equals("not_found"));
        assertThat(ask("nurse", "/_all_docs?include_docs=true", "{\"keys\":[\"p-noel\"]}")
                        .at("/rows/0/error")
                        .asString())
                .isEqualTo("not_found");
        assertThat(ask("nurse", "/_revs_diff", "{\"p-noel\":[\"" + revision + "\"]}")
                        .at("/p-noel/missing/0")
                        .asString())
                .isEqualTo(revision);
        assertThat(changed("nurse")).doesNotContain("p-noel");
        assertThat(changed("noel")).contains("p-noel");
        assertThat(send("noel", "GET", "/p-noel").body()).contains("secret");
    }

    @Test
    void document_ofAnother_cantBeWrittenInAnyWay() {
        String revision = write("noel", Notes.note("p-steal", "noel", "mine"));
        String hash = revision.substring(2);
        ObjectNode edit = Notes.note("p-steal", "nurse", "stolen");
        ObjectNode forged = Notes.replicated(edit, 9, "f");
        ObjectNode grafted = Notes.replicated(edit, 2, "e", hash);
        ObjectNode tombstone =
                Notes.replicated(JSON.createObjectNode().put("_id", "p-steal").put("_deleted", true), 2, "d", hash);

        assertThat(put("nurse", edit.deepCopy()).statusCode()).isEqualTo(403);
        assertThat(put("nurse", edit.deepCopy().put("_rev", revision)).statusCode())
                .isEqualTo(403);
        assertThat(send("nurse", "DELETE", "/p-steal?rev=" + revision).statusCode())
                .isEqualTo(403);
        JsonNode rows = ask(
                "nurse", "/_bulk_docs", docs(false, forged, grafted, tombstone).toString());

        assertThat(rows).hasSize(3).allMatch(row -> row.get("error").asString().equals("forbidden"));
        JsonNode stored = CouchDb.get("/p-steal?conflicts=true&deleted_conflicts=true");
        assertThat(stored.get("title").asString()).isEqualTo("mine");
        assertThat(stored.get("_rev").asString()).isEqualTo(revision);
        assertThat(stored.has("_conflicts") || stored.has("_deleted_conflicts")).isFalse();
    }

    @Test
    void document_withALeafOfAnother_isOutOfReachOfBoth() {
        ObjectNode noels = Notes.replicated(Notes.note("p-mixed", "noel", "noel's"), 1, "a");
        ObjectNode nurses = Notes.replicated(Notes.note("p-mixed", "nurse", "nurse's"), 1, "b");
        CouchDb.store(noels, nurses);

        for (String user : List.of("noel", "nurse")) {
            assertThat(send(user, "GET", "/p-mixed").statusCode()).isEqualTo(404);
            assertThat(put(user, Notes.note("p-mixed", user, "again").put("_rev", "1-" + Notes.hash("b")))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(changed(user)).doesNotContain("p-mixed");
        }
    }

    @Test
    void document_ofNobody_isOutOfReach() {
        ObjectNode nobodys = Notes.note("p-nobody", "x", "for all");
        nobodys.remove("owner");
        CouchDb.put(nobodys);

        assertThat(send("nurse", "GET", "/p-nobody").statusCode()).isEqualTo(404);
        assertThat(put("nurse", Notes.note("p-nobody", "nurse", "mine now")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void earlierVersion_ofAnother_isOutOfReachAfterATransfer() {
        String before = CouchDb.put(Notes.note("p-transfer", "noel", "of noel's time"));
        CouchDb.put(Notes.note("p-transfer", "nurse", "handed over").put("_rev", before));

        assertThat(send("nurse", "GET", "/p-transfer").body()).contains("handed over");
        assertThat(send("nurse", "GET", "/p-transfer?rev=" + before).statusCode())
                .isEqualTo(404);
        String wanted = "{\"docs\":[{\"id\":\"p-transfer\",\"rev\":\"" + before + "\"}]}";
        assertThat(ask("nurse", "/_bulk_get", wanted).toString()).doesNotContain("of noel's time");
        assertThat(send("noel", "GET", "/p-transfer").statusCode()).isEqualTo(404);
    }

    @Test
    void deleted_withoutAWordWhose_staysItsUsers() {
        ObjectNode note = Notes.note("p-deleted", "nurse", "to be deleted");
        String revision = write("nurse", note);
        String tombstone = CouchDb.put(JSON.createObjectNode()
                .put("_id", "p-deleted")
                .put("_rev", revision)
                .put("_deleted", true));

        assertThat(changed("nurse")).contains("p-deleted");
        assertThat(changed("noel")).doesNotContain("p-deleted");
        String wanted = "{\"docs\":[{\"id\":\"p-deleted\",\"rev\":\"" + tombstone + "\"}]}";
        assertThat(ask("nurse", "/_bulk_get", wanted)
                        .at("/results/0/docs/0/ok/_deleted")
                        .asBoolean())
                .isTrue();
        assertThat(put("noel", Notes.note("p-deleted", "noel", "taken over")).statusCode())
                .isEqualTo(403);
        assertThat(put("nurse", Notes.note("p-deleted", "nurse", "again")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void newDocument_ofTwoUsersAtOnce_isOneOnes() throws Exception {
        for (int i = 0; i < 10; i++) {
            String id = "p-race-" + i;
            List<CompletableFuture<JsonNode>> both = new ArrayList<>();
            for (String user : List.of("nurse", "noel")) {
                String body = docs(
                                false,
                                Notes.replicated(
                                        Notes.note(id, user, "first"), 1, (user.equals("noel") ? "a" : "b") + i))
                        .toString();
                both.add(CompletableFuture.supplyAsync(() -> ask(user, "/_bulk_docs", body)));
            }
            int refused = 0;
            for (CompletableFuture<JsonNode> rows : both) {
                refused += rows.get(1, TimeUnit.MINUTES).size();
            }
            assertThat(refused).isEqualTo(1);
            assertThat(CouchDb.get("/" + id + "?conflicts=true").has("_conflicts"))
                    .isFalse();
        }
    }

    @Test
    void bulkDocs_someRefused_areToldEachAndTheOthersAreWritten() {
        ObjectNode wrong = Notes.note("p-bulk-2", "nurse", "a title").put("updatedAt", "yesterday");
        ObjectNode unknown = Notes.note("p-bulk-3", "nurse", "a title").put("type", "recipe");

        JsonNode rows = ask(
                "nurse",
                "/_bulk_docs",
                docs(
                                true,
                                Notes.note("p-bulk-1", "nurse", "fine"),
                                wrong,
                                unknown,
                                Notes.note("p-bulk-4", "nurse", "ok"))
                        .toString());

        assertThat(rows).hasSize(4);
        assertThat(rows.get(0).get("rev").asString()).startsWith("1-");
        assertThat(rows.get(1).get("error").asString()).isEqualTo("forbidden");
        assertThat(rows.get(1).get("reason").asString()).startsWith("violates /properties/updatedAt");
        assertThat(rows.get(2).get("reason").asString()).isEqualTo("there is no schema for its type");
        assertThat(rows.get(3).get("ok").asBoolean()).isTrue();
        assertThat(CouchDb.get("/p-bulk-2").get("error").asString()).isEqualTo("not_found");
        List<String> audited = database.sql("SELECT CONCAT_WS(' ', doc_id, action, outcome, reason) FROM device_writes"
                        + " WHERE doc_id LIKE 'p-bulk-%' ORDER BY doc_id")
                .query(String.class)
                .list();
        assertThat(audited)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("p-bulk-1 WRITE WRITTEN"),
                        second ->
                                assertThat(second).startsWith("p-bulk-2 WRITE REFUSED violates /properties/updatedAt"),
                        third -> assertThat(third).isEqualTo("p-bulk-3 WRITE REFUSED there is no schema for its type"),
                        fourth -> assertThat(fourth).isEqualTo("p-bulk-4 WRITE WRITTEN"));
    }

    @Test
    void written_numbersAndText_arriveExactly() {
        ObjectNode note = Notes.note("p-exact", "nurse", "ü€😀\u0000\"\\");
        note.set("exact", JSON.readTree("{\"long\":123456789012345678901234567890,\"deep\":[[[[1]]]]}"));
        write("nurse", note);

        String read = send("nurse", "GET", "/p-exact").body();

        assertThat(JSON.readTree(read).get("title").asString()).isEqualTo("ü€😀\u0000\"\\");
        assertThat(JSON.readTree(read).at("/exact/deep/0/0/0/0").asInt()).isEqualTo(1);
        assertThat(JSON.readTree(read)).isEqualTo(CouchDb.get("/p-exact"));
    }

    @Test
    void changes_ofOthersOnly_moveLastSeqAndFillNoPage() {
        String since = JSON.readTree(send("nurse", "GET", "/_changes?since=now").body())
                .get("last_seq")
                .asString();
        for (int i = 0; i < 5; i++) {
            CouchDb.put(Notes.note("p-others-" + i, "noel", "not yours"));
        }
        String path = "/_changes?limit=2&since=" + CouchDbClient.segment(since);

        JsonNode page = JSON.readTree(send("nurse", "GET", path).body());
        assertThat(page.get("results")).isEmpty();
        assertThat(page.get("last_seq").asString()).isNotEqualTo(since);

        CouchDb.put(Notes.note("p-others-mine", "nurse", "yours"));
        CouchDb.put(Notes.note("p-others-last", "noel", "not yours"));
        JsonNode next = JSON.readTree(send("nurse", "GET", path).body());
        assertThat(next.get("results")).hasSize(1);
        assertThat(next.at("/results/0/id").asString()).isEqualTo("p-others-mine");
        assertThat(next.at("/results/0/seq").asString())
                .isEqualTo(next.get("last_seq").asString());
    }

    @Test
    void changes_longpoll_waitsForAnOwnOneAndEndsInTime() throws Exception {
        String since = JSON.readTree(send("nurse", "GET", "/_changes?since=now").body())
                .get("last_seq")
                .asString();
        String path = "/_changes?feed=longpoll&since=" + CouchDbClient.segment(since);
        token("nurse");

        HttpResponse<String> nothing = send("nurse", "GET", path + "&timeout=300");
        assertThat(JSON.readTree(nothing.body()).get("results")).isEmpty();

        CompletableFuture<HttpResponse<String>> waiting =
                CompletableFuture.supplyAsync(() -> send("nurse", "GET", path + "&heartbeat=500"));
        CouchDb.put(Notes.note("p-poll-noel", "noel", "not yours"));
        assertThat(waiting).isNotDone();
        CouchDb.put(Notes.note("p-poll-nurse", "nurse", "yours"));
        JsonNode page = JSON.readTree(waiting.get(30, TimeUnit.SECONDS).body());
        assertThat(page.get("results")).hasSize(1);
        assertThat(page.at("/results/0/id").asString()).isEqualTo("p-poll-nurse");
    }

    @Test
    void changes_moreThanAUserMay_areRefusedUntilOneEnds() throws Exception {
        String path = "/_changes?feed=longpoll&since=now&timeout=3000";
        token("noel");
        List<CompletableFuture<HttpResponse<String>>> feeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            feeds.add(CompletableFuture.supplyAsync(
                    () -> send("noel", "GET", path), command -> new Thread(command).start()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> feed : feeds) {
            statuses.add(feed.get(60, TimeUnit.SECONDS).statusCode());
        }
        assertThat(statuses).containsOnly(200, 429).contains(200).contains(429);
        assertThat(send("noel", "GET", path + "&timeout=1").statusCode()).isEqualTo(200);
    }

    @Test
    void checkpoint_isItsUsersOwn() {
        String checkpoint = "{\"_id\":\"_local/abc\",\"last_seq\":\"7\"}";
        HttpResponse<String> made =
                request("nurse", "PUT", "/_local/abc").json(checkpoint).send(port);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String revision = JSON.readTree(made.body()).get("rev").asString();

        JsonNode read = JSON.readTree(send("nurse", "GET", "/_local/abc").body());
        assertThat(read.get("_id").asString()).isEqualTo("_local/abc");
        assertThat(read.get("last_seq").asString()).isEqualTo("7");
        assertThat(send("noel", "GET", "/_local/abc").statusCode()).isEqualTo(404);
        assertThat(send("nurse", "DELETE", "/_local/abc?rev=" + revision).statusCode())
                .isEqualTo(200);
        assertThat(send("nurse", "GET", "/_local/abc").statusCode()).isEqualTo(404);
    }

    @Test
    void attachment_ofAnOwnDocument_isReadAsBytes() {
        ObjectNode note = Notes.note("p-attached", "nurse", "with a picture");
        note.putObject("_attachments")
                .putObject("x ray.txt")
                .put("content_type", "text/html")
                .put("data", "PGI+aGk8L2I+");
        String revision = CouchDb.put(note);

        HttpResponse<String> read = send("nurse", "GET", "/p-attached/x%20ray.txt?rev=" + revision);

        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("<b>hi</b>");
        assertThat(read.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(read.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(send("noel", "GET", "/p-attached/x%20ray.txt").statusCode()).isEqualTo(404);
        assertThat(send("nurse", "GET", "/p-attached/other").statusCode()).isEqualTo(404);
    }

    @Test
    void answers_carryNothingOfCouchDbsHeaders() {
        write("nurse", Notes.note("p-headers", "nurse", "a title"));
        for (String path : List.of("", "/", "/p-headers", "/_changes?limit=1")) {
            HttpResponse<String> answer = send("nurse", "GET", path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> name.matches("(?i)server|set-cookie|x-couch.*|etag|www-authenticate"));
            assertThat(answer.body()).doesNotContain("doc_count", "uuid");
        }
    }
}
