package dev.docmirror.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Requests to CouchDB with as little in between as Java has. */
final class Pages {
    /** The worker's default, too. */
    static final int ROWS = 1_000;

    private final URI database;
    private final String authorization;

    Pages(URI database, String user, String password) {
        this.database = database;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A page of changes with their documents. */
    InputStream changes(String since) throws IOException {
        return get("/_changes?include_docs=true&conflicts=true&limit=" + ROWS + "&seq_interval=" + ROWS + "&since="
                + encoded(since));
    }

    /** A page of changes without documents. */
    InputStream ids(String since, int limit) throws IOException {
        return get("/_changes?limit=" + limit + "&since=" + encoded(since));
    }

    /** Waits for changes. */
    InputStream longpoll(String since) throws IOException {
        return get("/_changes?feed=longpoll&include_docs=true&conflicts=true&timeout=2000&since=" + encoded(since));
    }

    InputStream document(String id) throws IOException {
        return get("/" + encoded(id) + "?conflicts=true");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private InputStream get(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(database + path).toURL().openConnection();
        connection.setRequestProperty("Authorization", authorization);
        connection.setRequestProperty("Accept", "application/json");
        connection.setReadTimeout(60_000);
        return connection.getInputStream();
    }
}
