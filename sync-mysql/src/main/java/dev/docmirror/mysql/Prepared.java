package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/** The last statement of a connection, kept for its next use: to prepare a long one costs more than to bind it. */
final class Prepared implements AutoCloseable {
    private final Connection connection;
    private String text = "";
    private @Nullable PreparedStatement last;

    Prepared(Connection connection) {
        this.connection = connection;
    }

    /** Good until the next call; whoever asks binds all parameters. */
    PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement kept = last;
        return kept != null && text.equals(sql) ? kept : fresh(sql);
    }

    /** As {@link #statement}, but never used before. */
    PreparedStatement fresh(String sql) throws SQLException {
        close();
        PreparedStatement made = connection.prepareStatement(sql);
        text = sql;
        last = made;
        return made;
    }

    @Override
    public void close() throws SQLException {
        PreparedStatement kept = last;
        last = null;
        if (kept != null) {
            kept.close();
        }
    }
}
