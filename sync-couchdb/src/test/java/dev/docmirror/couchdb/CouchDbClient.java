package dev.docmirror.couchdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import dev.docmirror.testkit.server.CouchDbServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes to a server past docmirror, as the administrator. */
final class CouchDbClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final CouchDbServer server;

    CouchDbClient(CouchDbServer server) {
        this.server = server;
    }

    record Reply(int status, JsonNode json) {
        String text(String name) {
            return json.path(name).asString();
        }
    }

    Reply send(String method, String path, String body) {
        byte[] credentials = (server.user() + ":" + server.password()).getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(answer.statusCode(), JsonMapper.shared().readTree(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends what must succeed. */
    Reply ok(String method, String path, String body) {
        Reply reply = send(method, path, body);
        if (reply.status() / 100 != 2) {
            throw new AssertionError(method + " " + path + ": " + reply);
        }
        return reply;
    }
}
