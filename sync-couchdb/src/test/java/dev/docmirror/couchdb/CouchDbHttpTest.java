package dev.docmirror.couchdb;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Position;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.couchdb.CouchDbFeedTest.ids;
import static dev.docmirror.couchdb.CouchDbFeedTest.source;
import static dev.docmirror.couchdb.Pages.page;
import static dev.docmirror.couchdb.Pages.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Credentials, and what statuses and broken connections become. */
@Timeout(60)
class CouchDbHttpTest {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);
    private static final String SECRET = "s3cret:p@ss";

    @Test
    void status_anyFailure_isTheRightException() throws Exception {
        assertThat(failure(401, "{\"error\":\"unauthorized\"}")).isInstanceOf(AccessDeniedException.class);
        assertThat(failure(403, "{\"error\":\"forbidden\"}")).isInstanceOf(AccessDeniedException.class);
        assertThat(failure(404, "{\"error\":\"not_found\"}"))
                .isInstanceOf(SourceUnavailableException.class)
                .hasMessage(
                        "GET /db/_changes answered 404 (not_found): there is no such database; create it or mend the"
                                + " URL");
        for (int status : new int[] {408, 425, 429, 500, 502, 503, 504}) {
            assertThat(failure(status, "{\"error\":\"x\"}")).isInstanceOf(TransientSyncException.class);
        }
        for (int status : new int[] {301, 302, 307, 308, 405, 418}) {
            assertThat(failure(status, "")).isInstanceOf(SourceUnavailableException.class);
        }
        for (String body :
                new String[] {"<html><h1>Welcome</h1></html>", "", "null", "{", "{\"results\":[", "\u0000"}) {
            assertThat(failure(200, body)).isInstanceOf(TransientSyncException.class);
        }
    }

    @Test
    void status_lockedAccountOrAProxysPage_healsByItself() throws Exception {
        assertThat(failure(
                        403,
                        "{\"error\":\"forbidden\",\"reason\":"
                                + "\"Account is temporarily locked due to multiple authentication failures\"}"))
                .isInstanceOf(TransientSyncException.class)
                .hasMessageContaining("locked");
        assertThat(failure(403, "{\"error\":\"forbidden\",\"reason\":\"You are not allowed to access this db.\"}"))
                .isInstanceOf(AccessDeniedException.class);
        for (String page : new String[] {"<html>404</html>", "", "{}", "{\"error\":\"no route\"}", "[404]"}) {
            assertThat(failure(404, page))
                    .isInstanceOf(TransientSyncException.class)
                    .hasMessageContaining("not how CouchDB answers");
        }
    }

    @Test
    void session_lockedAccount_healsByItself() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> call.json(
                        403,
                        "{\"error\":\"forbidden\",\"reason\":"
                                + "\"Account is temporarily locked due to multiple authentication failures\"}"));
                CouchDbChangeSource source =
                        source(server).session("ann", SECRET).build()) {
            assertThatThrownBy(source::identity).isInstanceOf(TransientSyncException.class);
        }
    }

    @Test
    void status_anyFailure_neverQuotesTheAnswer() throws Exception {
        assertThat(failure(503, "{\"error\":\"canary\",\"reason\":\"canary\"}"))
                .hasMessage("GET /db/_changes answered 503");
        assertThat(failure(500, "canary")).hasMessageNotContaining("canary");
        assertThat(failure(200, "<canary>").getMessage()).doesNotContain("canary");
        assertThat(failure(200, "{\"results\":[{\"id\":\"canary\",\"doc\":canary}]}")
                        .getMessage())
                .doesNotContain("canary");
    }

    private static SyncException failure(int status, String body) throws IOException {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(status, body));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            return catchThrowableOfType(SyncException.class, () -> feed.poll(LIMITS, Duration.ZERO));
        }
    }

    @Test
    void retryAfter_secondsOrDate_isTold() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
        assertThat(retryAfter("7")).hasValue(Duration.ofSeconds(7));
        assertThat(retryAfter(date))
                .hasValueSatisfying(wait -> assertThat(wait.toSeconds()).isBetween(90L, 100L));
        assertThat(retryAfter("Thu, 01 Jan 1970 00:00:00 GMT")).hasValue(Duration.ZERO);
        for (String unreadable : new String[] {"", "soon", "-1", "1.5", "99999999999999999999"}) {
            assertThat(retryAfter(unreadable)).as(unreadable).isEmpty();
        }
    }

    private static Optional<Duration> retryAfter(String value) throws IOException {
        try (ScriptedServer server = ScriptedServer.database(call -> call.json(429, "{}", "Retry-After: " + value));
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            return catchThrowableOfType(TransientSyncException.class, () -> feed.poll(LIMITS, Duration.ZERO))
                    .retryAfter();
        }
    }

    @Test
    void redirect_anywhere_isNeverFollowed() throws Exception {
        try (ScriptedServer target = ScriptedServer.database(call -> call.json(200, page("1", 0)));
                ScriptedServer server = new ScriptedServer(
                        call -> call.json(302, "", "Location: http://127.0.0.1:" + target.port() + call.path));
                CouchDbChangeSource source = CouchDbChangeSource.builder(server.url())
                        .basic("ann", SECRET)
                        .build()) {
            assertThatThrownBy(source::identity)
                    .isInstanceOf(SourceUnavailableException.class)
                    .hasMessageContaining("redirects are refused");
            assertThat(target.allCalls()).isEmpty();
        }
    }

    @Test
    void basic_fromTheUrlOrTheBuilder_isSentAndNeverShown() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(call -> {
            seen.add(call.header("authorization"));
            call.json(401, "{\"error\":\"unauthorized\",\"reason\":\"" + SECRET + "\"}");
        })) {
            URI url = URI.create("http://ann:s3cret%3Ap%40ss@127.0.0.1:" + server.port() + "/db");
            try (CouchDbChangeSource source = CouchDbChangeSource.builder(url).build()) {
                assertThatThrownBy(source::identity).satisfies(CouchDbHttpTest::assertNoSecret);
                assertThat(source.toString()).isEqualTo("CouchDB database http://127.0.0.1:" + server.port() + "/db");
            }
            CouchDbChangeSource.Builder builder =
                    CouchDbChangeSource.builder(server.url()).basic("ann", SECRET);
            assertThat(builder.toString()).doesNotContain("s3cret", "ann");
            try (CouchDbChangeSource source = builder.build()) {
                assertThatThrownBy(source::identity).isInstanceOf(AccessDeniedException.class);
            }
        }
        String expected =
                "Basic " + Base64.getEncoder().encodeToString(("ann:" + SECRET).getBytes(StandardCharsets.UTF_8));
        assertThat(seen).containsExactly(expected, expected);
    }

    @Test
    void exceptions_ofEveryKind_holdNoSecret() throws Exception {
        try (ScriptedServer server = ScriptedServer.database(call -> {
            call.out.write(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary-" + SECRET + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            URI url = URI.create("http://ann:s3cret%3Ap%40ss@127.0.0.1:" + server.port() + "/db");
            try (CouchDbChangeSource source = CouchDbChangeSource.builder(url).build();
                    ChangeFeed feed = source.open(Optional.of(Position.of("canary-position")))) {
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                        .isInstanceOf(TransientSyncException.class)
                        .satisfies(CouchDbHttpTest::assertNoSecret);
                server.close();
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                        .isInstanceOf(TransientSyncException.class)
                        .hasMessageContaining("check that the server runs and the URL is right")
                        .satisfies(CouchDbHttpTest::assertNoSecret);
            }
        }
        CouchDbChangeSource unknown = CouchDbChangeSource.builder(URI.create("http://ann:s3cret@host.invalid/db"))
                .build();
        try (unknown) {
            assertThatThrownBy(unknown::identity)
                    .isInstanceOf(TransientSyncException.class)
                    .satisfies(CouchDbHttpTest::assertNoSecret);
        }
    }

    static void assertNoSecret(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            assertThat(t.toString())
                    .doesNotContain("s3cret")
                    .doesNotContain("czNjcmV0")
                    .doesNotContain("canary")
                    .doesNotContain("ann:");
        }
    }

    @Test
    void session_expiredInTheMiddle_isRenewedOnce() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        List<String> bodies = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(call -> {
                    String valid = "AuthSession=c" + logins.get();
                    if (call.path.equals("/_session")) {
                        bodies.add(call.body);
                        call.json(
                                200,
                                "{\"ok\":true}",
                                "Set-Cookie: proxy=1",
                                "Set-Cookie: AuthSession=c" + logins.incrementAndGet() + "; Version=1; HttpOnly");
                    } else if (!call.header("cookie").equals(valid)) {
                        call.json(401, "{}", "Set-Cookie: AuthSession=; Version=1");
                    } else if (call.path.equals("/db/_changes")) {
                        call.json(200, page("1", 0, row("a", "1-a")));
                    } else {
                        call.json(200, "{\"uuid\":\"u\",\"db_name\":\"db\",\"instance_start_time\":\"1\"}");
                    }
                });
                CouchDbChangeSource source = CouchDbChangeSource.builder(server.url())
                        .session("ann", SECRET)
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertThat(ids(feed.poll(LIMITS, Duration.ZERO))).containsExactly("a");
            assertThat(logins).hasValue(1);
            logins.incrementAndGet(); // the cookie expires
            assertThat(ids(feed.poll(LIMITS, Duration.ZERO))).containsExactly("a");
            assertThat(logins).hasValue(3);
            assertThat(bodies).containsOnly("{\"name\":\"ann\",\"password\":\"" + SECRET + "\"}");
        }
    }

    @Test
    void session_refusedAfterRenewal_isDeniedWithoutMoreLogins() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> {
                    if (call.path.equals("/_session")) {
                        call.json(200, "{}", "Set-Cookie: AuthSession=c");
                    } else {
                        call.json(401, "{\"error\":\"unauthorized\"}");
                    }
                });
                CouchDbChangeSource source = CouchDbChangeSource.builder(server.url())
                        .session("ann", SECRET)
                        .build()) {
            assertThatThrownBy(source::identity)
                    .isInstanceOf(AccessDeniedException.class)
                    .satisfies(CouchDbHttpTest::assertNoSecret);
            assertThat(server.allCalls()).containsExactly("POST /_session", "GET /", "POST /_session", "GET /");
        }
    }

    @Test
    void session_wrongPassword_isDenied() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> call.json(401, "{\"error\":\"unauthorized\"}"));
                CouchDbChangeSource source = CouchDbChangeSource.builder(server.url())
                        .session("ann", SECRET)
                        .build()) {
            assertThatThrownBy(source::identity)
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("POST /_session answered 401");
            assertThat(server.allCalls()).containsExactly("POST /_session");
        }
    }

    @Test
    void bearer_token_isAskedForAtEachRequest() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        AtomicInteger token = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(call -> {
                    seen.add(call.header("authorization"));
                    call.json(200, "{\"db_name\":\"db\"}");
                });
                CouchDbChangeSource source = CouchDbChangeSource.builder(server.url())
                        .bearer(() -> "t" + token.incrementAndGet())
                        .build()) {
            source.identity();
            assertThat(seen).containsExactly("Bearer t1", "Bearer t2");
        }
    }

    @Test
    void bearer_unusableToken_failsWithoutShowingIt() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> call.json(200, "{}"));
                CouchDbChangeSource injected = CouchDbChangeSource.builder(server.url())
                        .bearer(() -> "s3cret\r\nX-Evil: 1")
                        .build();
                CouchDbChangeSource broken = CouchDbChangeSource.builder(server.url())
                        .bearer(() -> {
                            throw new IllegalStateException("s3cret");
                        })
                        .build()) {
            assertThatThrownBy(injected::identity)
                    .isInstanceOf(SyncException.class)
                    .satisfies(CouchDbHttpTest::assertNoSecret);
            assertThatThrownBy(broken::identity)
                    .isInstanceOf(SyncException.class)
                    .satisfies(CouchDbHttpTest::assertNoSecret);
            assertThat(server.allCalls()).isEmpty();
        }
    }

    @Test
    void identity_rootNotShown_isUnknown() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> {
                    if (call.path.equals("/couch/db")) {
                        call.json(200, "{\"db_name\":\"db\",\"instance_start_time\":\"0\"}");
                    } else {
                        call.json(404, "<html>");
                    }
                });
                CouchDbChangeSource source = CouchDbChangeSource.builder(
                                URI.create("http://127.0.0.1:" + server.port() + "/couch/db/"))
                        .build()) {
            assertThat(source.identity().server()).isEmpty();
            assertThat(source.identity().incarnation()).isEmpty();
            assertThat(source.identity().database()).isEqualTo("db");
        }
    }

    @Test
    void identity_otherKindOfServer_isUnavailable() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> call.json(200, "{\"hello\":1}"));
                CouchDbChangeSource source = source(server).build()) {
            assertThatThrownBy(source::identity).isInstanceOf(SourceUnavailableException.class);
        }
    }

    @Test
    void poll_databaseReplacedMeanwhile_stopsAndNamesTheDifference() throws Exception {
        AtomicInteger created = new AtomicInteger(17);
        AtomicInteger status = new AtomicInteger(200);
        try (ScriptedServer server = new ScriptedServer(call -> {
                    if (call.path.equals("/db/_changes")) {
                        call.json(status.get(), page("1", 0, row("a", "1-a")));
                    } else {
                        call.json(
                                200, "{\"uuid\":\"u\",\"db_name\":\"db\",\"instance_start_time\":\"" + created + "\"}");
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            feed.poll(LIMITS, Duration.ZERO);
            created.set(18);
            status.set(500);
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            status.set(200);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                        .isInstanceOf(SourceReplacedException.class)
                        .hasMessageContaining("made anew (instance_start_time 18, was 17)");
            }
        }
    }

    @Test
    void open_afterIdentityWasSeen_stillMeetsIt() throws Exception {
        AtomicInteger created = new AtomicInteger(17);
        try (ScriptedServer server = new ScriptedServer(call -> call.json(
                        200,
                        call.path.equals("/db/_changes")
                                ? page("1", 0)
                                : "{\"uuid\":\"u\",\"db_name\":\"db\",\"instance_start_time\":\"" + created + "\"}"));
                CouchDbChangeSource source = source(server).build()) {
            source.identity();
            created.set(18);
            try (ChangeFeed feed = source.open(Optional.empty())) {
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(SourceReplacedException.class);
            }
            source.identity();
            try (ChangeFeed feed = source.open(Optional.empty())) {
                feed.poll(LIMITS, Duration.ZERO);
            }
        }
    }
}
