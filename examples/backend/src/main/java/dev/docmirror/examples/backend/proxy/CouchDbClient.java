package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.docmirror.examples.backend.CouchDbSettings;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;

/**
 * HTTP to the one database, with the backend's own credentials. A request is made of what is given here alone: no header of
 * a device gets to CouchDB, and none of CouchDB's to a device. Redirects are not followed and nothing is sent twice.
 * Thread-safe.
 */
final class CouchDbClient implements AutoCloseable {
    private static final Timeout CONNECT = Timeout.ofSeconds(5);
    private static final Timeout SILENCE = Timeout.ofSeconds(60);

    private final URI database;
    private final HttpHost server;
    private final String authorization;
    private final PoolingHttpClientConnectionManager pool;
    private final CloseableHttpClient client;

    /** @param connections as many requests at a time; further ones wait for a while, and are refused then */
    CouchDbClient(CouchDbSettings settings, int connections) {
        this.database = settings.url();
        this.server = HttpHost.create(database);
        byte[] credentials = (settings.user() + ":" + settings.password()).getBytes(StandardCharsets.UTF_8);
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
        this.pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setMaxConnPerRoute(connections)
                .setMaxConnTotal(connections)
                .build();
        this.client = HttpClients.custom()
                .setConnectionManager(pool)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(CONNECT)
                        .setResponseTimeout(SILENCE)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .setUserAgent("docmirror-backend")
                .build();
    }

    /** The database's name, as it stands in a path. */
    String database() {
        String path = database.getRawPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** One piece of a path. */
    static String segment(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    /** @param path below the database, its pieces encoded */
    Reply get(String path, Map<String, String> query) {
        return send("GET", path, query, Optional.empty());
    }

    Reply post(String path, Map<String, String> query, JsonNode body) {
        return send("POST", path, query, Optional.of(body));
    }

    Reply put(String path, JsonNode body) {
        return send("PUT", path, Map.of(), Optional.of(body));
    }

    Reply delete(String path, Map<String, String> query) {
        return send("DELETE", path, query, Optional.empty());
    }

    private Reply send(String method, String path, Map<String, String> query, Optional<JsonNode> body) {
        String parameters = query.entrySet().stream()
                .map(parameter -> segment(parameter.getKey()) + "=" + segment(parameter.getValue()))
                .collect(Collectors.joining("&"));
        String where = database.getRawPath() + (path.isEmpty() ? "" : "/" + path);
        HttpUriRequestBase request =
                new HttpUriRequestBase(method, URI.create(where + (parameters.isEmpty() ? "" : "?" + parameters)));
        request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
        request.setHeader(HttpHeaders.ACCEPT, "application/json"); // else CouchDB answers some with multipart
        body.ifPresent(
                json -> request.setEntity(new ByteArrayEntity(ProxyJson.bytes(json), ContentType.APPLICATION_JSON)));
        try {
            ClassicHttpResponse response = client.executeOpen(server, request, null);
            return new Reply(response);
        } catch (IOException e) {
            pool.closeIdle(TimeValue.ZERO_MILLISECONDS); // a server that was started anew knows none of them
            throw ProxyException.unavailable("the database can't be reached", e);
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
