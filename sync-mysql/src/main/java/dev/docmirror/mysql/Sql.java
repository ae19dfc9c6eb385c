package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Pieces of statements. */
final class Sql {
    private Sql() {}

    /** An identifier, quoted. */
    static String name(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    /** {@code (?,?,?)} */
    static String marks(int count) {
        return "(" + "?,".repeat(count - 1) + "?)";
    }

    /** The parameters of {@link #marks}. */
    static void bind(PreparedStatement statement, int first, Collection<Long> numbers) throws SQLException {
        int index = first;
        for (long number : numbers) {
            statement.setLong(index++, number);
        }
    }

    /** Deletes rows by a primary key of one number, see {@link #delete}. */
    static void deleteNumbered(Connection connection, String table, String key, Collection<Long> numbers)
            throws SQLException {
        delete(connection, table, key + " = some.k", "BIGINT UNSIGNED", numbers.toString());
    }

    /** Deletes the rows of documents whose primary key is {@code doc_key}, see {@link #delete}. */
    static void deleteDocuments(Connection connection, String table, Collection<DocKey> documents) throws SQLException {
        List<String> keys = documents.stream()
                .map(document -> '"' + HexFormat.of().formatHex(document.bytes()) + '"')
                .toList();
        delete(connection, table, "doc_key = UNHEX(some.k)", "CHAR(64)", keys.toString());
    }

    /**
     * Deletes rows by a look-up of each, so that nothing but they is locked. Whatever index a DELETE is told to use, MySQL
     * scans a small table for a list of keys, and waits there for rows that others hold; unless it joins.
     */
    private static void delete(Connection connection, String table, String match, String type, String keys)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE t FROM JSON_TABLE(?, '$[*]' COLUMNS (k "
                + type + " PATH '$')) some STRAIGHT_JOIN " + table + " t FORCE INDEX (PRIMARY) ON t." + match)) {
            statement.setString(1, keys);
            statement.executeUpdate();
        }
    }
}
