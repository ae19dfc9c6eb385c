package dev.docmirror.examples.quickstart;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlDeadLetterStore;

/** What stands in MySQL in the end. */
final class Summary {
    private final PrintStream out;
    private final DataSource database;
    private final StreamId stream;

    Summary(PrintStream out, DataSource database, String stream) {
        this.out = out;
        this.database = database;
        this.stream = StreamId.of(stream);
    }

    void print(List<TableDefinition> tables) {
        out.println();
        out.println("Rows");
        for (TableDefinition table : tables) {
            out.printf("  %-18s %,8d%n", table.name(), rows(table.name()));
        }
        out.println();
        out.printf(
                "Conflicts  %,d losing versions in the archive, each with its full body, for example%n",
                MySqlConflictArchive.of(database).count(stream));
        query("SELECT CONVERT(id USING utf8mb4), chosen_revision, losing_revision, reason FROM sync_conflicts LIMIT 3");
        List<DeadLetter> letters = MySqlDeadLetterStore.of(database).list(stream, 20);
        out.println();
        out.printf("Dead letters  %d%n", letters.size());
        for (DeadLetter letter : letters) {
            out.printf("  %-24s %s%n", letter.id(), letter.reason());
        }
    }

    private long rows(String table) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM `" + table + "`")) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count the rows of " + table + ": error " + e.getErrorCode(), e);
        }
    }

    private void query(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                out.printf(
                        "  %-20s kept %s…, archived %s… (%s)%n",
                        result.getString(1),
                        result.getString(2).substring(0, 8),
                        result.getString(3).substring(0, 8),
                        result.getString(4));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the archive: error " + e.getErrorCode(), e);
        }
    }
}
