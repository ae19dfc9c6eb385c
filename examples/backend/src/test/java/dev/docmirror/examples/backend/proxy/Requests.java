package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Sends requests as they are, well-formed or not. */
public final class Requests {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Requests() {}

    /** A request that is put together; each method returns a longer one. */
    public record Request(String method, String path, List<String> headers, HttpRequest.@Nullable BodyPublisher body) {

        public static Request of(String method, String path) {
            return new Request(method, path, List.of(), null);
        }

        public Request token(String token) {
            return header("Authorization", "Bearer " + token);
        }

        public Request header(String name, String value) {
            List<String> more = new ArrayList<>(headers);
            more.add(name);
            more.add(value);
            return new Request(method, path, more, body);
        }

        public Request json(Object json) {
            return header("Content-Type", "application/json").body(json.toString());
        }

        public Request body(String text) {
            return with(HttpRequest.BodyPublishers.ofString(text));
        }

        public Request with(HttpRequest.BodyPublisher publisher) {
            return new Request(method, path, headers, publisher);
        }

        public HttpResponse<String> send(int port) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(60))
                    .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : body);
            if (!headers.isEmpty()) {
                request.headers(headers.toArray(String[]::new));
            }
            try {
                return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
