package dev.docmirror.examples.backend.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.docmirror.examples.backend.BackendServers;
import dev.docmirror.examples.backend.proxy.Requests.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The database behind the backend, as its administrator sees it. */
final class CouchDb {
    private static final JsonMapper JSON = JsonMapper.shared();

    private CouchDb() {}

    /** The database's name. */
    static String name() {
        String path = BackendServers.database().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static JsonNode get(String path) {
        return JSON.readTree(request("GET", path).send(port()).body());
    }

    /** Stores versions with the revisions they have. */
    static void store(ObjectNode... versions) {
        ObjectNode body = JSON.createObjectNode().put("new_edits", false);
        var docs = body.putArray("docs");
        for (ObjectNode version : versions) {
            docs.add(version);
        }
        assertThat(request("POST", "/_bulk_docs").json(body).send(port()).statusCode())
                .isEqualTo(201);
    }

    /** Writes the next version of a document and returns its revision. */
    static String put(ObjectNode document) {
        String path = "/" + CouchDbClient.segment(document.get("_id").asString());
        String answer = request("PUT", path).json(document).send(port()).body();
        return JSON.readTree(answer).path("rev").asString(answer);
    }

    private static Request request(String method, String path) {
        String credentials =
                BackendServers.couch().user() + ":" + BackendServers.couch().password();
        return Request.of(method, "/" + name() + path)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private static int port() {
        return BackendServers.database().getPort();
    }
}
