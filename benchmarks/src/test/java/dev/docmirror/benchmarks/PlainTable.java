package dev.docmirror.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Upserts into a table, many rows a statement. */
final class PlainTable {
    private static final int ROWS = 500;

    private final String head;
    private final String row;
    private final String tail;
    private final int columns;
    private int prepared;
    private String sql = "";

    /** @param clock a column that the database's clock fills, or empty */
    PlainTable(String name, String clock, List<String> columns) {
        String filled = clock.isEmpty() ? "" : "," + clock;
        this.columns = columns.size();
        this.head = "INSERT INTO " + name + " (" + String.join(",", columns) + filled + ") VALUES ";
        this.row = "(" + "?,".repeat(columns.size() - 1) + "?" + (clock.isEmpty() ? "" : ",UTC_TIMESTAMP(6)") + ")";
        this.tail = columns.stream()
                .map(column -> column + "=VALUES(" + column + ")")
                .collect(Collectors.joining(",", " ON DUPLICATE KEY UPDATE ", ""));
    }

    void upsert(Connection connection, List<Object[]> rows) throws SQLException {
        for (int from = 0; from < rows.size(); from += ROWS) {
            List<Object[]> part = rows.subList(from, Math.min(rows.size(), from + ROWS));
            try (PreparedStatement statement = connection.prepareStatement(sql(part.size()))) {
                int index = 1;
                for (Object[] values : part) {
                    for (int i = 0; i < columns; i++) {
                        statement.setObject(index++, values[i]);
                    }
                }
                statement.executeUpdate();
            }
        }
    }

    private String sql(int rows) {
        if (rows != prepared) {
            sql = head + (row + ",").repeat(rows - 1) + row + tail;
            prepared = rows;
        }
        return sql;
    }
}
