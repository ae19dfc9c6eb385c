package dev.docmirror.examples.backend.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.docmirror.examples.backend.CouchDbSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonGenerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CouchDbClientTest {
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private CouchDbClient client;
    private int status = 200;
    private String body = "{}";
    private String location = "/clinic/elsewhere";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/clinic");
        client = new CouchDbClient(new CouchDbSettings(url, "mirror", "p:ss"), 2);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.getResponseHeaders().set("Location", location);
        exchange.getResponseHeaders().set("Set-Cookie", "AuthSession=x");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        // A longer answer is announced than is sent, if it is to be cut off.
        exchange.sendResponseHeaders(status, body.endsWith("…") ? bytes.length + 10 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void send_anything_carriesTheBackendsCredentialsAndKeepsNoCookie() {
        client.get("a", Map.of("rev", "1-a&b")).close();
        client.get("a", Map.of()).close();

        assertThat(requests)
                .containsExactly(
                        "GET /clinic/a?rev=1-a%26b Basic bWlycm9yOnA6c3M=", "GET /clinic/a Basic bWlycm9yOnA6c3M=");
    }

    @ParameterizedTest
    @CsvSource({
        "301,503", "302,503", "307,503", "400,400", "401,503", "403,503", "404,404", "409,409", "412,412", "413,413",
        "429,503", "500,503", "502,503"
    })
    void success_otherStatus_isADevicesMatterOrNone(int given, int told) {
        status = given;
        body = "{\"error\":\"canary\",\"reason\":\"canary\"}";

        assertThatThrownBy(() -> client.get("a", Map.of()).success())
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.status()).isEqualTo(told);
                    assertThat(e.getMessage()).doesNotContain("canary");
                });
        assertThat(requests).hasSize(1); // no redirect is followed, nothing is tried again
    }

    @ParameterizedTest
    @CsvSource({"{\"canary\":…", "{\"results\":[{\"docs\":[{\"ok\":{\"_id\":\"canary\"…", "<html>canary", "''"})
    void bulkGet_brokenAnswer_isNoEnd(String broken) {
        body = broken;
        BulkGet bulkGet = new BulkGet(client, "owner");

        assertThatThrownBy(() -> bulkGet.leaves(List.of("a"), leaf -> {}))
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.status()).isEqualTo(503);
                    assertThat(e).hasNoCause();
                    assertThat(e.getMessage()).doesNotContain("canary");
                });
    }

    @ParameterizedTest
    @CsvSource({"{\"_id\":\"canary\"…", "{\"_id\":\"canary\"}…", "<html>canary", "''", "7", "[]"})
    void leaf_brokenAnswer_isNone(String broken) {
        body = broken;

        assertThatThrownBy(() -> {
                    try (Reply reply = client.get("a", Map.of()).success();
                            AnswerReader answer = AnswerReader.of(reply)) {
                        answer.next();
                        answer.leaf("owner");
                    }
                })
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.status()).isEqualTo(503);
                    assertThat(e).hasNoCause();
                    assertThat(e.getMessage()).doesNotContain("canary");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"ok\":{\"_id\":\"canary\"}}…",
                "[{\"ok\":{\"_id\":\"canary\"…",
                "[{\"ok\":7}]",
                "[{\"missing\":\"x\"},7]",
                "["
            })
    void versions_brokenAnswer_isNoEnd(String broken) {
        body = broken;

        assertThatThrownBy(() -> {
                    try (Reply reply = client.get("a", Map.of()).success();
                            AnswerReader answer = AnswerReader.of(reply)) {
                        answer.next();
                        answer.each(() -> answer.members(Map.of("ok", () -> answer.leaf("owner"))));
                    }
                })
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.status()).isEqualTo(503));
    }

    @Test
    void bulkGet_documentsOfAnyForm_areReadExactly() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        String document = "{\"a\":1.10,\"_id\":\"x\",\"b\":123456789012345678901234567890,\"c\":" + deep
                + ",\"_rev\":\"1-a\",\"owner\":\"nurse\",\"d\":{\"owner\":\"noel\",\"_id\":\"y\"}}";
        body = "{\"results\":[{\"docs\":[{\"ok\":" + document + "}],\"id\":\"x\"},"
                + "{\"id\":\"z\",\"docs\":[{\"error\":{\"id\":\"z\",\"rev\":\"undefined\",\"error\":\"not_found\"}}]}]}";
        List<Leaf> leaves = new ArrayList<>();

        new BulkGet(client, "owner").leaves(List.of("x", "z"), leaves::add);

        assertThat(leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.id()).isEqualTo("x");
            assertThat(leaf.revision()).isEqualTo("1-a");
            assertThat(leaf.owner()).contains("nurse");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JsonGenerator json = ProxyJson.writer(out)) {
                leaf.body().serialize(json);
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(document);
        });
    }

    @Test
    void send_nobodyAnswers_isUnavailable() {
        server.stop(0);

        assertThatThrownBy(() -> client.get("a", Map.of()))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.status()).isEqualTo(503));
    }
}
