package dev.docmirror.testkit.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class CouchDbServerIT {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static CouchDbServer server;

    @BeforeAll
    static void start() {
        Optional<String> obstacle = CouchDbServer.whyUnavailable();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        server = CouchDbServer.start();
    }

    @AfterAll
    static void close() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void root_anybody_isWelcome() throws Exception {
        HttpResponse<String> answer = anonymous("GET", "/", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("version").asString()).isEqualTo(server.version());
        assertThat(json(answer).path("uuid").asString()).hasSize(32);
        assertThat(anonymous("GET", "/_up", "").statusCode()).isEqualTo(200);
        assertThat(server.url().toString()).doesNotContain(server.user(), server.password());
        assertThat(server.describe())
                .contains(server.kind().name(), String.valueOf(server.url().getPort()))
                .doesNotContain(server.password());
    }

    @Test
    void bulkDocs_thenChanges_listThemWithBodies() throws Exception {
        assertThat(admin("PUT", "/clinic", "").statusCode()).isEqualTo(201);
        assertThat(admin("PUT", "/clinic", "").statusCode()).isEqualTo(412);
        assertThat(admin("POST", "/clinic/_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"x\":1},{\"_id\":\"b\"}]}")
                        .statusCode())
                .isEqualTo(201);

        JsonNode changes = json(admin("GET", "/clinic/_changes?include_docs=true&style=all_docs&since=0", ""));

        assertThat(changes.path("results")).hasSize(2);
        assertThat(changes.path("results").findValuesAsString("id")).containsExactlyInAnyOrder("a", "b");
        assertThat(changes.at("/results/0/doc/_rev").asString()).startsWith("1-");
        assertThat(changes.has("last_seq")).isTrue();
    }

    @Test
    void longpoll_nothingNew_endsAfterItsTimeout() throws Exception {
        admin("PUT", "/quiet", "");
        JsonNode now = json(admin("GET", "/quiet/_changes?since=now", ""));
        String since = now.path("last_seq").asString();

        JsonNode changes = json(admin("GET", "/quiet/_changes?feed=longpoll&timeout=200&since=" + since, ""));

        assertThat(changes.path("results")).isEmpty();
        assertThat(changes.path("pending").asInt()).isZero();
        assertThat(changes.path("last_seq").isString()).isTrue();
        assertThat(admin("GET", "/quiet/_changes?since=nonsense", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void longpoll_newDocument_endsWithIt() throws Exception {
        admin("PUT", "/busy", "");
        CompletableFuture<HttpResponse<String>> answer = HTTP.sendAsync(
                request(server, "GET", "/busy/_changes?feed=longpoll&heartbeat=100&since=now", "", basic()),
                HttpResponse.BodyHandlers.ofString());
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        admin("PUT", "/busy/a", "{}");

        assertThat(json(answer.get(10, TimeUnit.SECONDS)).at("/results/0/id").asString())
                .isEqualTo("a");
    }

    @Test
    void bulkGet_leavesAndMissing_areAnsweredInOrder() throws Exception {
        admin("PUT", "/leaves", "");
        admin("POST", "/leaves/_bulk_docs", """
                {"new_edits": false, "docs": [{"_id": "a", "_rev": "1-aaa", "x": 1}, {"_id": "a", "_rev": "1-bbb", "x": 2},
                    {"_id": "a", "_rev": "1-ccc", "_deleted": true}]}""");

        JsonNode results = json(admin("POST", "/leaves/_bulk_get", """
                        {"docs": [{"id": "a", "rev": "1-aaa"}, {"id": "a", "rev": "1-ccc"}, {"id": "a", "rev": "9-zzz"},
                            {"id": "b"}, {"id": "a"}]}""")).path("results");

        assertThat(results.at("/0/docs/0/ok/x").asInt()).isEqualTo(1);
        assertThat(results.at("/1/docs/0/ok/_deleted").asBoolean()).isTrue();
        assertThat(results.at("/2/docs/0/error/error").asString()).isEqualTo("not_found");
        assertThat(results.at("/3/docs/0/error/error").asString()).isEqualTo("not_found");
        assertThat(results.at("/4/docs")).hasSize(3);
    }

    @Test
    void recreate_sameName_hasAnotherInstance() throws Exception {
        assumeTrue(server.kind() == CouchDbServer.Kind.POUCHDB, "CouchDB tells by the second only");
        admin("PUT", "/again", "");
        String before =
                json(admin("GET", "/again", "")).path("instance_start_time").asString();

        assertThat(admin("DELETE", "/again", "").statusCode()).isEqualTo(200);
        assertThat(admin("DELETE", "/again", "").statusCode()).isEqualTo(404);
        admin("PUT", "/again", "");

        assertThat(json(admin("GET", "/again", "")).path("instance_start_time").asString())
                .isNotEqualTo(before);
    }

    @Test
    void anyRequest_withoutOrWithWrongCredentials_is401() throws Exception {
        admin("PUT", "/guarded", "");

        assertThat(anonymous("GET", "/guarded", "").statusCode()).isEqualTo(401);
        assertThat(anonymous("PUT", "/guarded/a", "{}").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/guarded", "", basic(server.user(), "wrong")).statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/", "", basic("nobody", server.password())).statusCode())
                .isEqualTo(401);
    }

    @Test
    void session_cookie_standsForTheAdministrator() throws Exception {
        String login = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(server.user(), server.password());
        HttpResponse<String> answer = anonymous("POST", "/_session", login);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(send("GET", "/_all_dbs", "", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/_all_dbs", "", "Cookie", cookie + "x").statusCode())
                .isNotEqualTo(200);
        assertThat(anonymous("POST", "/_session", "{\"name\":\"admin\",\"password\":\"wrong\"}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void badRequest_ofAnyKind_isSurvived() throws Exception {
        admin("PUT", "/bad", "");
        for (String body :
                new String[] {"{", "[]", "null", "{\"docs\":1}", "{\"docs\":[null]}", "{\"docs\":[[]]}", ""}) {
            for (String path :
                    new String[] {"/bad/_bulk_docs", "/bad/_bulk_get", "/bad/_revs_diff", "/_session", "/bad"}) {
                assertThat(admin("POST", path, body).statusCode())
                        .as("POST %s %s", path, body)
                        .isBetween(200, 599);
            }
        }
        assertThat(admin("GET", "/bad", "").statusCode()).isEqualTo(200);
    }

    @Test
    void restart_afterKill_keepsDocumentsAndIdentity() throws Exception {
        try (CouchDbServer own = CouchDbServer.start()) {
            assumeTrue(own.ownsProcess(), "only a server of our own can be killed");
            send(own, "PUT", "/kept", "", basic());
            send(own, "PUT", "/kept/a", "{\"x\":1}", basic());
            String instance = json(send(own, "GET", "/kept", "", basic()))
                    .path("instance_start_time")
                    .asString();
            String uuid = json(send(own, "GET", "/", "", basic())).path("uuid").asString();

            own.kill();
            assertThatThrownBy(() -> send(own, "GET", "/", "", basic())).isInstanceOf(IOException.class);
            own.restart();

            assertThat(json(send(own, "GET", "/kept/a", "", basic())).path("x").asInt())
                    .isEqualTo(1);
            assertThat(json(send(own, "GET", "/kept", "", basic()))
                            .path("instance_start_time")
                            .asString())
                    .isEqualTo(instance);
            assertThat(json(send(own, "GET", "/", "", basic())).path("uuid").asString())
                    .isEqualTo(uuid);
        }
    }

    @Test
    void pause_request_waitsUntilResumed() throws Exception {
        try (CouchDbServer own = CouchDbServer.startInMemory()) {
            assumeTrue(own.ownsProcess(), "only a server of our own can be paused");
            own.pause();
            CompletableFuture<HttpResponse<String>> answer = HTTP.sendAsync(
                    HttpRequest.newBuilder(own.url().resolve("/_up")).build(), HttpResponse.BodyHandlers.ofString());
            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            own.resume();
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void twoAtOnce_oneClosed_otherAnswers() throws Exception {
        try (CouchDbServer one = CouchDbServer.startInMemory()) {
            assumeTrue(one.ownsProcess(), "a named server is always the same one");
            CouchDbServer two = CouchDbServer.startInMemory();
            two.close();
            two.close();

            assertThatThrownBy(() -> send(two, "GET", "/", "", basic())).isInstanceOf(IOException.class);
            assertThat(send(one, "GET", "/", "", basic()).statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> admin(String method, String path, String body) throws Exception {
        return send(method, path, body, basic());
    }

    private static HttpResponse<String> anonymous(String method, String path, String body) throws Exception {
        return send(method, path, body);
    }

    private static String[] basic() {
        return basic(server.user(), server.password());
    }

    private static String[] basic(String user, String password) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new String[] {"Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials)};
    }

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        return send(server, method, path, body, headers);
    }

    private static HttpResponse<String> send(
            CouchDbServer to, String method, String path, String body, String... headers) throws Exception {
        return HTTP.send(request(to, method, path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(CouchDbServer to, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(to.url() + path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return (headers.length > 0 ? request.headers(headers) : request).build();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
