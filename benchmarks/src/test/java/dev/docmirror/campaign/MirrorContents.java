package dev.docmirror.campaign;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mapping.TableDefinition;

/**
 * Everything a mirror holds that a rebuild must make again: the rows without counters and clocks, the registry, the
 * archive and the dead letters.
 */
record MirrorContents(Map<String, Set<String>> rows) {

    static MirrorContents of(Site.Mirror mirror) {
        Map<String, Set<String>> rows = new TreeMap<>();
        for (TableDefinition table : ClinicalTables.mapper().tables()) {
            rows.put(table.name(), select(mirror.pool(), table.name(), columns(table)));
        }
        rows.put(
                "sync_documents",
                select(
                        mirror.pool(),
                        "sync_documents",
                        List.of("HEX(doc_key)", "type", "HEX(content_hash)", "leaf_weight", "leaf_hash")));
        rows.put(
                "sync_conflicts",
                select(
                        mirror.pool(),
                        "sync_conflicts",
                        List.of("HEX(doc_key)", "losing_revision", "chosen_revision", "HEX(body_hash)", "reason")));
        rows.put(
                "sync_dead_letters",
                select(mirror.pool(), "sync_dead_letters", List.of("HEX(doc_key)", "revision", "reason")));
        return new MirrorContents(rows);
    }

    static long count(DataSource pool, String table) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError("cannot count " + table, e);
        }
    }

    private static List<String> columns(TableDefinition table) {
        return table.layout().columns().stream()
                .filter(column -> !column.equals("synced_at"))
                .map(column -> "`" + column + "`")
                .toList();
    }

    private static Set<String> select(DataSource pool, String table, List<String> columns) {
        Set<String> rows = new TreeSet<>();
        int count = 0;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + String.join(", ", columns) + " FROM " + table)) {
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns.size(); i++) {
                    row.append(result.getString(i)).append('|');
                }
                rows.add(row.toString());
                count++;
            }
        } catch (SQLException e) {
            throw new AssertionError("cannot read " + table, e);
        }
        if (rows.size() != count) {
            throw new AssertionError(table + " holds " + (count - rows.size()) + " rows twice");
        }
        return rows;
    }
}
