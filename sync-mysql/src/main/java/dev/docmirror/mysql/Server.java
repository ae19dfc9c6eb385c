package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.docmirror.error.ConfigurationException;

/**
 * What the mirror must know of its server.
 *
 * @param dialect MySQL or MariaDB
 * @param maxPacket the most bytes a statement may have
 */
record Server(MySqlDialect dialect, long maxPacket) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    /** @throws ConfigurationException if it is too old, or the connection would alter text */
    static Server read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT VERSION(), @@max_allowed_packet, @@character_set_client, @@character_set_connection")) {
            row.next();
            String version = row.getString(1);
            MySqlDialect dialect = MySqlDialect.ofVersion(version);
            checkVersion(dialect, version);
            checkCharset("character_set_client", row.getString(3));
            checkCharset("character_set_connection", row.getString(4));
            return new Server(dialect, row.getLong(2));
        }
    }

    private static void checkVersion(MySqlDialect dialect, String version) {
        Matcher matcher = VERSION.matcher(version);
        int number = matcher.matches()
                ? Integer.parseInt(matcher.group(1)) * 10_000 + Integer.parseInt(matcher.group(2))
                : Integer.MAX_VALUE;
        if (number < (dialect == MySqlDialect.MARIADB ? 10_0006 : 8_0000)) {
            throw new ConfigurationException(
                    "the server is " + dialect + " " + matcher.group(1) + "." + matcher.group(2)
                            + "; docmirror needs MySQL 8.0 or MariaDB 10.6, or later",
                    null);
        }
    }

    private static void checkCharset(String variable, String charset) {
        if (!charset.equals("utf8mb4")) {
            throw new ConfigurationException(
                    variable + " is " + (charset.matches("\\w{1,32}") ? charset : "unknown")
                            + ", which can't carry every character; take characterEncoding and the like out of the"
                            + " JDBC URL, or set UTF-8 there, so that it is utf8mb4",
                    null);
        }
    }
}
