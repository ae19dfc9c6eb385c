package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

import dev.docmirror.testkit.server.CouchDbServer.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server that speaks CouchDB's API answers at its root, to anybody. */
record CouchDbWelcome(Kind kind, String version) {

    private static final int LONGEST = 64 * 1024;

    /** Empty if nothing answers there, or something else. */
    static Optional<CouchDbWelcome> read(String url, Duration timeout) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + "/").toURL().openConnection();
            connection.setConnectTimeout(Math.toIntExact(timeout.toMillis()));
            connection.setReadTimeout(Math.toIntExact(timeout.toMillis()));
            connection.setRequestProperty("Accept", "application/json");
            try (InputStream in = connection.getInputStream()) {
                return of(JsonMapper.shared().readTree(in.readNBytes(LONGEST)));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<CouchDbWelcome> of(JsonNode body) {
        String version = body.path("version").asString("unknown");
        if (body.has("couchdb")) {
            return Optional.of(new CouchDbWelcome(Kind.COUCHDB, version));
        }
        if (body.has("express-pouchdb")) {
            return Optional.of(new CouchDbWelcome(Kind.POUCHDB, version));
        }
        return Optional.empty();
    }
}
