package dev.docmirror.benchmarks;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a candidate is to do, as one line of JSON.
 *
 * @param candidate who does it
 * @param database the documents' database, without credentials
 * @param documents how many documents it has, or how many of them to read
 */
record Task(
        Candidate.Kind candidate,
        URI database,
        String couchUser,
        String couchPassword,
        String jdbcUrl,
        String mysqlUser,
        String mysqlPassword,
        int documents) {

    /** A connection that takes times as UTC, as docmirror's do. */
    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl, mysqlUser, mysqlPassword);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
        }
        return connection;
    }

    Pages pages() {
        return new Pages(database, couchUser, couchPassword);
    }
}
