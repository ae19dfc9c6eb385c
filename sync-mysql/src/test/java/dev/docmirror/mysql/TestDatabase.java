package dev.docmirror.mysql;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.testkit.server.MySqlServer;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Assumptions;

/** A database of its own on a server that all tests of this JVM share, with a look at it past the code under test. */
final class TestDatabase {
    private static final Map<Flavor, MySqlServer> SERVERS = new ConcurrentHashMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final MySqlServer server;
    private final String name;

    private TestDatabase(MySqlServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** An empty database; the test is skipped by name where no such server can run. */
    static TestDatabase create(Flavor flavor) {
        MySqlServer.whyUnavailable(flavor).ifPresent(Assumptions::abort);
        // Ended with this JVM by the server's own guard.
        MySqlServer server = SERVERS.computeIfAbsent(flavor, MySqlServer::start);
        return on(server);
    }

    static TestDatabase on(MySqlServer server) {
        String name = "sync_mysql_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        server.createDatabase(name);
        return new TestDatabase(server, name);
    }

    /** The same with docmirror's tables. */
    static TestDatabase installed(Flavor flavor) {
        TestDatabase database = create(flavor);
        try (HikariDataSource pool = database.pool()) {
            MySqlSchema.install(pool);
        }
        return database;
    }

    String name() {
        return name;
    }

    MySqlServer server() {
        return server;
    }

    MySqlDialect dialect() {
        return server.flavor() == Flavor.MARIADB ? MySqlDialect.MARIADB : MySqlDialect.MYSQL;
    }

    /** A pool with the driver of the server's own maker. */
    HikariDataSource pool(String... parameters) {
        return new HikariDataSource(config(ownUrl(parameters)));
    }

    HikariConfig config(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(server.user());
        config.setPassword(server.password());
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(10_000);
        return config;
    }

    String ownUrl(String... parameters) {
        return server.flavor() == Flavor.MARIADB ? mariaDbUrl(parameters) : mySqlUrl(parameters);
    }

    String mySqlUrl(String... parameters) {
        return with(server.jdbcUrl(name), parameters);
    }

    String mariaDbUrl(String... parameters) {
        return with(server.mariaDbUrl(name), parameters);
    }

    private static String with(String url, String... parameters) {
        String all = String.join("&", parameters);
        return all.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + all;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(ownUrl(), server.user(), server.password());
    }

    void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a query, by column label. */
    List<Map<String, Object>> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone='+00:00'");
            List<Map<String, Object>> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(sql)) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the only row. */
    Object one(String sql) {
        return query(sql).get(0).values().iterator().next();
    }

    long number(String sql) {
        return new BigDecimal(String.valueOf(one(sql))).longValueExact();
    }

    private static Map<String, Object> row(ResultSet row) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            cells.put(columns.getColumnLabel(i), cell(row, i, columns.getColumnTypeName(i)));
        }
        return cells;
    }

    private static Object cell(ResultSet row, int column, String typeName) throws SQLException {
        if (row.getString(column) == null) {
            return null;
        }
        String type = typeName.toUpperCase(Locale.ROOT);
        if (type.contains("INT") || type.contains("DECIMAL") || type.equals("BOOLEAN") || type.equals("BIT")) {
            return type.equals("BIT") || type.equals("BOOLEAN") ? row.getInt(column) : row.getBigDecimal(column);
        }
        // As text, since drivers move times by zones of their own.
        if (type.contains("TIMESTAMP") || type.contains("DATETIME")) {
            return LocalDateTime.parse(row.getString(column).replace(' ', 'T'));
        }
        if (type.equals("DATE")) {
            return LocalDate.parse(row.getString(column));
        }
        return type.contains("BINARY") || type.contains("BLOB") ? row.getBytes(column) : row.getString(column);
    }
}
