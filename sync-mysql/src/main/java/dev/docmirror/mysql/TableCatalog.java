package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the server knows of the mirror's tables: which index finds a row by a column, and which tables refer to which.
 * Asked once a table, until it is forgotten. Thread-safe.
 */
final class TableCatalog {
    private final Map<String, Facts> tables = new ConcurrentHashMap<>();

    private record Facts(Map<String, String> indexes, Set<String> parents) {}

    void forget() {
        tables.clear();
    }

    /** Learns what is not known yet of some tables. */
    void learn(Connection connection, MySqlDialect dialect, Collection<String> names) throws SQLException {
        List<String> unknown =
                names.stream().filter(name -> !tables.containsKey(lower(name))).toList();
        if (unknown.isEmpty()) {
            return;
        }
        Map<String, Facts> found = new HashMap<>();
        unknown.forEach(name -> found.put(lower(name), new Facts(new HashMap<>(), new HashSet<>())));
        String usable = dialect == MySqlDialect.MARIADB ? "IGNORED = 'NO'" : "IS_VISIBLE = 'YES'";
        each(
                connection,
                "SELECT TABLE_NAME, COLUMN_NAME, INDEX_NAME FROM information_schema.STATISTICS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND SEQ_IN_INDEX = 1 AND SUB_PART IS NULL AND " + usable
                        + " AND INDEX_TYPE = 'BTREE' AND TABLE_NAME IN " + Sql.marks(unknown.size())
                        + " ORDER BY NON_UNIQUE, INDEX_NAME",
                unknown,
                row -> facts(found, row.getString(1)).indexes().putIfAbsent(lower(row.getString(2)), row.getString(3)));
        each(
                connection,
                "SELECT TABLE_NAME, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_NAME IN "
                        + Sql.marks(unknown.size()),
                unknown,
                row -> facts(found, row.getString(1)).parents().add(lower(row.getString(2))));
        tables.putAll(found);
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void each(Connection connection, String sql, List<String> names, RowReader reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < names.size(); i++) {
                statement.setString(i + 1, names.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    private static Facts facts(Map<String, Facts> found, String table) {
        return found.computeIfAbsent(lower(table), name -> new Facts(new HashMap<>(), new HashSet<>()));
    }

    /** The index that starts with a column, a unique one if there is one. */
    Optional<String> index(String table, String column) {
        Facts facts = tables.get(lower(table));
        return facts == null
                ? Optional.empty()
                : Optional.ofNullable(facts.indexes().get(lower(column)));
    }

    /** The tables with each one behind those it refers to; otherwise in the given order. */
    List<String> parentsFirst(Collection<String> names) {
        Map<String, String> byLower = new HashMap<>();
        names.forEach(name -> byLower.put(lower(name), name));
        Set<String> ordered = new LinkedHashSet<>();
        names.forEach(name -> visit(name, byLower, new HashSet<>(), ordered));
        return new ArrayList<>(ordered);
    }

    private void visit(String name, Map<String, String> names, Set<String> above, Set<String> ordered) {
        Facts facts = tables.get(lower(name));
        if (facts != null && !ordered.contains(name) && above.add(name)) {
            for (String parent : facts.parents()) {
                String known = names.get(parent);
                if (known != null) {
                    visit(known, names, above, ordered);
                }
            }
        }
        ordered.add(name);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
