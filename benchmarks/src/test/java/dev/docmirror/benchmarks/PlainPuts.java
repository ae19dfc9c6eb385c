package dev.docmirror.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import dev.docmirror.queue.SyncOperation;

/** What a host without a queue would do: one request a document, one after the other, on one connection kept alive. */
final class PlainPuts {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI database;
    private final String authorization;

    PlainPuts(URI database, String user, String password) {
        this.database = database;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    boolean write(List<SyncOperation> operations) throws IOException, InterruptedException {
        for (SyncOperation operation : operations) {
            String body = operation.body().orElseThrow().toString();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(database + "/" + operation.id().value()))
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
            if (response.statusCode() != 201) {
                throw new IOException("PUT answered " + response.statusCode());
            }
        }
        return true;
    }
}
