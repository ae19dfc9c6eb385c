package dev.docmirror.examples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import dev.docmirror.change.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The devices of the clinic: they write documents into CouchDB, and sometimes edit one while they are offline. */
public final class Clinic {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BULK = 500;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI database;
    private final String authorization;

    public Clinic(URI database, String user, String password) {
        this.database = database;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Writes documents, all at once where it can, and sets each one's {@code _rev}. */
    public void write(List<ObjectNode> documents, Runnable afterEach) throws IOException, InterruptedException {
        for (int from = 0; from < documents.size(); from += BULK) {
            List<ObjectNode> part = documents.subList(from, Math.min(documents.size(), from + BULK));
            ObjectNode body = JSON.createObjectNode();
            ArrayNode docs = body.putArray("docs");
            part.forEach(docs::add);
            JsonNode answers = send("POST", "/_bulk_docs", body);
            for (int i = 0; i < part.size(); i++) {
                part.get(i).put("_rev", answers.get(i).get("rev").asString());
            }
            afterEach.run();
        }
    }

    /**
     * Edits each document on two devices that don't see each other, so that it ends up with two leaves.
     *
     * @param ours the version one device made from a document that was written, {@code _rev} included
     * @param theirs what another device made of the same
     */
    public void conflict(List<ObjectNode> ours, List<ObjectNode> theirs) throws IOException, InterruptedException {
        List<ObjectNode> branches = new ArrayList<>();
        for (int i = 0; i < theirs.size(); i++) {
            branches.add(branch(ours.get(i), "a", i));
            branches.add(branch(theirs.get(i), "b", i));
        }
        ObjectNode body = JSON.createObjectNode().put("new_edits", false);
        ArrayNode docs = body.putArray("docs");
        branches.forEach(docs::add);
        send("POST", "/_bulk_docs", body);
    }

    /** The second generation of a document as a replication would bring it. */
    private static ObjectNode branch(ObjectNode document, String device, int n) {
        Revision parent = Revision.of(document.get("_rev").asString());
        String hash = String.format("%s%031x", device, n);
        ObjectNode copy = document.deepCopy().put("_rev", (parent.generation() + 1) + "-" + hash);
        copy.putObject("_revisions")
                .put("start", parent.generation() + 1)
                .putArray("ids")
                .add(hash)
                .add(parent.hash());
        return copy;
    }

    /** Deletes documents that were written. */
    public void delete(List<ObjectNode> documents) throws IOException, InterruptedException {
        List<ObjectNode> tombstones = documents.stream()
                .map(document -> JSON.createObjectNode()
                        .put("_id", document.get("_id").asString())
                        .put("_rev", document.get("_rev").asString())
                        .put("_deleted", true))
                .toList();
        write(tombstones, () -> {});
    }

    /** Writes the next version of one document and returns its revision. */
    public Revision put(ObjectNode document) throws IOException, InterruptedException {
        String id = URLEncoder.encode(document.get("_id").asString(), StandardCharsets.UTF_8);
        Revision revision =
                Revision.of(send("PUT", "/" + id, document).get("rev").asString());
        document.put("_rev", revision.toString());
        return revision;
    }

    private JsonNode send(String method, String path, ObjectNode body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(database + path))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(2))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw new IOException(method + " " + path + " answered " + response.statusCode());
        }
        return JSON.readTree(response.body());
    }
}
