package dev.docmirror.campaign;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A database over plain HTTP: sends any bytes as a document, and shows the server's own. */
final class Documents {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI database;
    private final String authorization;

    Documents(URI database, String user, String password) {
        this.database = database;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    record Answer(int status, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    /** Writes one document as it stands, id inside; its revision, or empty if the server refuses it. */
    Optional<String> write(String json) throws IOException, InterruptedException {
        Answer answer = send("POST", "/_bulk_docs", "{\"docs\":[" + json + "]}");
        JsonNode first = answer.status() < 300 ? answer.json().get(0) : null;
        return first == null || !first.has("rev")
                ? Optional.empty()
                : Optional.of(first.get("rev").asString());
    }

    /** The document as the server gives it. */
    String get(String id) throws IOException, InterruptedException {
        String path = "/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        return send("GET", path, "").body();
    }

    void deleteDatabase() throws IOException, InterruptedException {
        Answer answer = send("DELETE", "", "");
        if (answer.status() >= 300) {
            throw new IOException("DELETE answered " + answer.status());
        }
    }

    Answer send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(database + path))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), response.body());
    }
}
