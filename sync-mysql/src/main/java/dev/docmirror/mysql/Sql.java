package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

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
}
