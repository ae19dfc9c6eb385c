package dev.docmirror.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.StreamId;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The servers, and databases on them. */
final class Stage implements AutoCloseable {
    /** What production would have, so that a million documents fit; the test servers' own settings are those of a small one. */
    private static final String[] MYSQL = {"--innodb-buffer-pool-size=2G", "--innodb-redo-log-capacity=4G"};

    private final CouchDbServer couch = CouchDbServer.start();
    private final MySqlServer mysql = startMySql();
    private final ServerCpu couchCpu = ServerCpu.listeningOn(couch.url().getPort());
    private final ServerCpu mysqlCpu = ServerCpu.listeningOn(mysql.port());
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger names = new AtomicInteger();
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final List<String> mirrors = new ArrayList<>();

    private static MySqlServer startMySql() {
        boolean own = System.getProperty("docmirror.mysql.url") == null && System.getenv("DOCMIRROR_MYSQL_URL") == null;
        return own && MySqlServer.available().contains(MySqlServer.Flavor.MYSQL)
                ? MySqlServer.start(MySqlServer.Flavor.MYSQL, MYSQL)
                : MySqlServer.start();
    }

    String couch() {
        return couch.describe();
    }

    String mysql() {
        return mysql.describe();
    }

    double couchCpuSeconds() {
        return couchCpu.seconds();
    }

    double mysqlCpuSeconds() {
        return mysqlCpu.seconds();
    }

    URI documents(String name) {
        return URI.create(couch.url() + "/docmirror_benchmark_" + name);
    }

    /** How many documents a database has; -1 if there is none. */
    long count(URI database) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("GET", database);
        JsonNode info = JsonMapper.shared().readTree(answer.body());
        return answer.statusCode() == 200 ? info.get("doc_count").longValue() : -1;
    }

    void create(URI database) {
        try (CouchDbSetup setup = CouchDbSetup.builder(database)
                .basic(couch.user(), couch.password())
                .build()) {
            setup.install();
        }
    }

    void delete(URI database) throws IOException, InterruptedException {
        send("DELETE", database);
    }

    Clinic clinic(URI database) {
        return new Clinic(database, couch.user(), couch.password());
    }

    private HttpResponse<String> send(String method, URI database) throws IOException, InterruptedException {
        String credentials = couch.user() + ":" + couch.password();
        HttpRequest request = HttpRequest.newBuilder(database)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A new MySQL database with docmirror's and the clinical tables, all empty; the name of it. */
    String newMirror() {
        String name = "docmirror_benchmark_" + run + "_" + names.incrementAndGet();
        mysql.createDatabase(name);
        mirrors.add(name);
        try (HikariDataSource pool = Mirror.pool(task(Candidate.Kind.MIRROR, documents(""), name, 0))) {
            ClinicalTables.createUsers(pool);
            MySqlSchema.install(pool);
            MySqlSchema.createMissing(pool, ClinicalTables.mapper().tables());
        }
        return name;
    }

    /** Forgets how far the mirror is, and nothing else. */
    void rewind(String mirror) {
        try (HikariDataSource pool = Mirror.pool(task(Candidate.Kind.MIRROR, documents(""), mirror, 0))) {
            MySqlCheckpointStore.of(pool).reset(StreamId.of(Mirror.STREAM));
        }
    }

    Task task(Candidate.Kind candidate, URI database, String mirror, int documents) {
        return new Task(
                candidate,
                database,
                couch.user(),
                couch.password(),
                mysql.jdbcUrl(mirror),
                mysql.user(),
                mysql.password(),
                documents);
    }

    /** The rows of each table and a checksum of all that comes from documents: equal where the contents are. */
    Map<String, String> contents(String mirror) throws SQLException {
        Map<String, String> contents = new TreeMap<>();
        for (TableDefinition table : ClinicalTables.mapper().tables()) {
            List<String> columns = new ArrayList<>();
            for (String column : table.columns().stream()
                    .map(TableDefinition.ColumnDefinition::name)
                    .toList()) {
                boolean clock =
                        List.of("id", "synced_at", "created_at", "updated_at").contains(column);
                if (!clock) {
                    columns.add("COALESCE(CAST(" + column + " AS CHAR), '-')");
                }
            }
            contents.put(
                    table.name(),
                    query(
                            mirror,
                            "SELECT CONCAT(COUNT(*), '/', COALESCE(SUM(CRC32(CONCAT_WS('|', "
                                    + String.join(",", columns) + "))), 0)) FROM " + table.name()));
        }
        return contents;
    }

    private String query(String mirror, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(mysql.jdbcUrl(mirror), mysql.user(), mysql.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    void drop(String mirror) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mysql.jdbcUrl(""), mysql.user(), mysql.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + mirror);
        }
        mirrors.remove(mirror);
    }

    @Override
    public void close() throws SQLException {
        for (String mirror : List.copyOf(mirrors)) {
            drop(mirror);
        }
        mysql.close();
        couch.close();
    }
}
