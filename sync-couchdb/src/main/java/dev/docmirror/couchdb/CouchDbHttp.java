package dev.docmirror.couchdb;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.UnexpectedFailureException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * HTTP to one CouchDB server: authentication, deadlines, errors. Redirects are refused and no request is repeated, but
 * for one whose session cookie had expired. Thread-safe; nothing is opened before the first request.
 */
final class CouchDbHttp implements AutoCloseable {
    private static final int CONNECTIONS = 16;
    /** As much is read by one call to the system as has arrived. */
    private static final int READ_BUFFER = 64 * 1024;

    private static final int SMALL = 16 * 1024 * 1024;
    private static final int ERROR = 8 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DatabaseUrl url;
    private final Credentials credentials;
    private final Duration requestTimeout;
    private final CloseableHttpClient client;
    private final HttpHost server;
    private final Watchdog watchdog = new Watchdog();
    private final Object login = new Object();
    private volatile @Nullable String cookie;
    private volatile boolean closed;

    CouchDbHttp(
            DatabaseUrl url,
            Credentials credentials,
            Optional<SSLContext> tls,
            Duration connectTimeout,
            Duration requestTimeout) {
        this.url = url;
        this.credentials = credentials;
        this.requestTimeout = requestTimeout;
        this.server = HttpHost.create(url.server());
        this.client = HttpClients.custom()
                .setConnectionManager(connections(tls, connectTimeout))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(requestTimeout))
                        .setResponseTimeout(Timeout.DISABLED) // the watchdog's, who also counts the body
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression() // unpacked here, within limits
                .disableConnectionState()
                .setUserAgent("docmirror")
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(Optional<SSLContext> tls, Duration connectTimeout) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(
                                Http1Config.custom().setBufferSize(READ_BUFFER).build())
                        .build())
                .setTlsSocketStrategy(
                        tls.map(DefaultClientTlsStrategy::new).orElseGet(DefaultClientTlsStrategy::createDefault))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connectTimeout))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .build())
                .setMaxConnPerRoute(CONNECTIONS)
                .setMaxConnTotal(CONNECTIONS)
                .build();
    }

    DatabaseUrl url() {
        return url;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    /** Sends a request and reads its whole, small answer. */
    Answer send(HttpCall call, Cancellation cancellation) {
        try (Exchange exchange = open(call, cancellation, requestTimeout)) {
            byte[] body = read(exchange, SMALL + 1);
            if (body.length > SMALL) {
                throw exchange.failure(new MalformedAnswerException("it is longer than " + SMALL + " bytes"));
            }
            return new Answer(exchange.status(), parse(exchange, body));
        }
    }

    private static byte[] read(Exchange exchange, int most) {
        try {
            return exchange.body().readNBytes(most);
        } catch (IOException e) {
            throw exchange.failure(e);
        }
    }

    private static JsonNode parse(Exchange exchange, byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            if (exchange.status() / 100 == 2) {
                throw exchange.failure(new MalformedAnswerException("it is not JSON"));
            }
            return MissingNode.getInstance();
        }
    }

    /**
     * Sends a request and waits for the head of an answer that is to be read.
     *
     * @param within the deadline for the head and, less what the head took, for the body
     */
    Exchange open(HttpCall call, Cancellation cancellation, Duration within) {
        String used = null;
        if (credentials instanceof Credentials.Session session) {
            used = cookie == null ? renew(session, null, cancellation) : cookie;
        }
        Exchange exchange = start(call, used, cancellation, within);
        if (exchange.status() == 401 && credentials instanceof Credentials.Session session) {
            exchange.close();
            exchange = start(call, renew(session, used, cancellation), cancellation, within);
        }
        if (call.expects(exchange.status())) {
            return exchange;
        }
        try (Exchange failed = exchange) {
            throw failure(call, failed);
        }
    }

    private SyncException failure(HttpCall call, Exchange exchange) {
        JsonNode told;
        try {
            told = JSON.readTree(exchange.body().readNBytes(ERROR));
        } catch (IOException | JacksonException e) {
            told = MissingNode.getInstance(); // the status alone has to tell
        }
        Optional<Duration> retryAfter =
                exchange.header(HttpHeaders.RETRY_AFTER).flatMap(v -> HttpFailures.retryAfter(v, Clock.systemUTC()));
        return HttpFailures.status(call, exchange.status(), told, retryAfter);
    }

    /** A new session cookie, unless another thread got one in the meantime. */
    private String renew(Credentials.Session session, @Nullable String refused, Cancellation cancellation) {
        synchronized (login) {
            String current = cookie;
            if (current != null && !current.equals(refused)) {
                return current;
            }
            cookie = null;
            HttpCall call = HttpCall.post(url.root() + "/_session", session.login());
            try (Exchange exchange = start(call, null, cancellation, requestTimeout)) {
                if (exchange.status() != 200) {
                    throw failure(call, exchange);
                }
                read(exchange, SMALL);
            }
            String fresh = cookie;
            if (fresh == null) {
                throw new SourceUnavailableException(call + " gave no session cookie; use basic authentication", null);
            }
            return fresh;
        }
    }

    private Exchange start(HttpCall call, @Nullable String session, Cancellation cancellation, Duration within) {
        if (closed) {
            throw new SourceUnavailableException(call + " was not sent: this was closed", null);
        }
        HttpUriRequestBase request = request(call);
        authorize(request, session);
        Exchange exchange = new Exchange(call, request, watchdog, cancellation);
        try {
            exchange.start(client, server, within);
        } catch (RuntimeException e) {
            exchange.close();
            if (closed && !(e instanceof SyncException)) {
                throw new SourceUnavailableException(call + " was ended: this was closed", null);
            }
            throw e;
        }
        exchange.headers("Set-Cookie").forEach(this::keepCookie); // a proxy may add its own
        return exchange;
    }

    private HttpUriRequestBase request(HttpCall call) {
        String query = call.query().isEmpty() ? "" : "?" + call.query();
        HttpUriRequestBase request =
                new HttpUriRequestBase(call.method(), URI.create(url.server() + call.path() + query));
        // Without it CouchDB answers _bulk_get and open_revs with multipart.
        request.setHeader(HttpHeaders.ACCEPT, "application/json");
        request.setHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
        if (call.body() != null) {
            request.setEntity(
                    new ByteArrayEntity(call.body(), ContentType.APPLICATION_JSON, call.zipped() ? "gzip" : null));
        }
        return request;
    }

    private void authorize(HttpUriRequestBase request, @Nullable String session) {
        if (session != null) {
            request.setHeader("Cookie", "AuthSession=" + session);
        } else if (credentials instanceof Credentials.Basic basic) {
            request.setHeader(HttpHeaders.AUTHORIZATION, basic.header());
        } else if (credentials instanceof Credentials.Bearer bearer) {
            String token = token(bearer);
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new ConfigurationException("bearer: the token must be printable ASCII without spaces", null);
            }
            request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token);
        }
    }

    private static String token(Credentials.Bearer bearer) {
        try {
            return bearer.token().get();
        } catch (RuntimeException e) {
            throw new UnexpectedFailureException("the supplier of the bearer token", e);
        }
    }

    /** CouchDB sends a new cookie before the old one expires. */
    private void keepCookie(String setCookie) {
        String name = "AuthSession=";
        if (credentials instanceof Credentials.Session && setCookie.startsWith(name)) {
            String value = setCookie.substring(name.length()).split(";", 2)[0];
            if (!value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                cookie = value;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close(CloseMode.IMMEDIATE);
        watchdog.close();
    }
}
