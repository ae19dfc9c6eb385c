package dev.docmirror.examples.worker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** A pair of names for databases that are not there yet, on a document server and a MySQL server. */
final class Site {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CouchDbServer couch;
    private final MySqlServer mysql;
    private final String name = "clinic_" + Long.toString(System.nanoTime(), 36);

    Site(CouchDbServer couch, MySqlServer mysql) {
        this.couch = couch;
        this.mysql = mysql;
    }

    /** The settings of a worker here. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("DOCMIRROR_COUCHDB_URL", couch.url() + "/" + name);
        settings.put("DOCMIRROR_COUCHDB_USER", couch.user());
        settings.put("DOCMIRROR_COUCHDB_PASSWORD", couch.password());
        settings.put("DOCMIRROR_MYSQL_URL", mysql.jdbcUrl(name));
        settings.put("DOCMIRROR_MYSQL_USER", mysql.user());
        settings.put("DOCMIRROR_MYSQL_PASSWORD", mysql.password());
        return settings;
    }

    Map<String, String> settings(String variable, String value) {
        Map<String, String> settings = settings();
        settings.put(variable, value);
        return settings;
    }

    /** Settings with a MySQL user made for them. */
    Map<String, String> settingsOfNewUser(String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mysql.jdbcUrl(name), mysql.user(), mysql.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + password + "'");
            statement.execute("GRANT ALL ON " + name + ".* TO '" + name + "'@'%'");
        }
        String url = mysql.jdbcUrl(name);
        Map<String, String> settings = settings();
        // MySQL's default authentication sends the password encrypted with the server's key where there is no TLS.
        settings.put("DOCMIRROR_MYSQL_URL", url + (url.contains("?") ? "&" : "?") + "allowPublicKeyRetrieval=true");
        settings.put("DOCMIRROR_MYSQL_USER", name);
        settings.put("DOCMIRROR_MYSQL_PASSWORD", password);
        return settings;
    }

    /** Writes documents, given as JSON. */
    void write(List<String> documents) throws IOException, InterruptedException {
        for (JsonNode answer : send("POST", "/_bulk_docs", "{\"docs\":[" + String.join(",", documents) + "]}")) {
            assertThat(answer.has("rev")).as(answer.toString()).isTrue();
        }
    }

    void write(String... documents) throws IOException, InterruptedException {
        write(List.of(documents));
    }

    void delete(String id) throws IOException, InterruptedException {
        JsonNode found = send("GET", "/" + id, null);
        send("DELETE", "/" + id + "?rev=" + found.get("_rev").asString(), null);
    }

    /** Deletes the documents' database and makes it anew, with nothing in it. */
    void replaceDatabase() throws IOException, InterruptedException {
        send("DELETE", "", null);
        send("PUT", "", null);
    }

    private JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        String credentials = couch.user() + ":" + couch.password();
        HttpRequest request = HttpRequest.newBuilder(URI.create(couch.url() + "/" + name + path))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(method + " " + path).isBetween(200, 299);
        return JsonMapper.shared().readTree(answer.body());
    }

    /** The rows of a query, a text each. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mysql.jdbcUrl(name), mysql.user(), mysql.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
            rows.sort(null);
            return rows;
        }
    }

    long count(String table) throws SQLException {
        return Long.parseLong(query("SELECT COUNT(*) FROM " + table).get(0));
    }

    List<String> tables() throws SQLException {
        return query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()");
    }

    /** Every row of every table, docmirror's own included. */
    Map<String, List<String>> everything() throws SQLException {
        Map<String, List<String>> everything = new TreeMap<>();
        for (String table : tables()) {
            everything.put(table, query("SELECT * FROM " + table));
        }
        return everything;
    }
}
