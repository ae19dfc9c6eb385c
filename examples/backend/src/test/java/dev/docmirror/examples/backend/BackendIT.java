package dev.docmirror.examples.backend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.SyncWorker;
import dev.docmirror.examples.quickstart.Clinic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The backend on real servers. All tests that extend this share one pair of servers and one application, so each uses ids
 * of its own. The users are {@code nurse} (clinician), {@code noel} (clinician), {@code rita} (reviewer) and {@code ada}
 * (admin), with the password {@code secret}.
 */
@SpringBootTest(classes = Backend.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = BackendServers.class)
public abstract class BackendIT {
    protected static final JsonMapper JSON = JsonMapper.shared();
    protected static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

    protected final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @LocalServerPort
    protected int port;

    @Autowired
    protected JdbcClient database;

    @Autowired
    protected SyncWorker worker;

    @AfterEach
    void workerHasNotEnded() {
        worker.failure().ifPresent(cause -> {
            throw new AssertionError("the worker has ended", cause);
        });
    }

    /** Where the application answers. */
    protected URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Devices that write to CouchDB directly. */
    protected static Clinic devices() {
        return new Clinic(
                BackendServers.database(),
                BackendServers.couch().user(),
                BackendServers.couch().password());
    }

    /** A bearer token of a user, who logs in once. */
    protected String token(String user) {
        return TOKENS.computeIfAbsent(user + port, unknown -> {
            String login = JSON.createObjectNode()
                    .put("user", user)
                    .put("password", "secret")
                    .toString();
            return send(null, "POST", "/api/login", login).json().get("token").asString();
        });
    }

    /** An answer as it came. */
    public record Answered(int status, String type, String body) {
        public JsonNode json() {
            return JSON.readTree(body);
        }

        /** Fails unless it has this status. */
        public Answered expect(int wanted) {
            assertThat(status).as(body).isEqualTo(wanted);
            return this;
        }
    }

    /** GET as a user. */
    protected Answered get(String user, String path) {
        return send(token(user), "GET", path, null);
    }

    /** POST as a user. */
    protected Answered post(String user, String path, @Nullable Object body) {
        return send(token(user), "POST", path, body == null ? null : body.toString());
    }

    /** Any request; without a token if that is null. */
    protected Answered send(@Nullable String token, String method, String path, @Nullable String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).timeout(PATIENCE);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (json == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(json));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Answered(response.statusCode(), type, response.body());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
