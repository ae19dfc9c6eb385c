package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jdbi.v3.core.Handle;

/**
 * A table as it is in the database.
 *
 * @param engine its storage engine, empty for a view
 * @param columns by lower-case name
 * @param uniqueKeys the columns of each unique key, in lower case, whole columns only
 */
record LiveTable(String engine, Map<String, Column> columns, List<List<String>> uniqueKeys) {

    /**
     * A column.
     *
     * @param type its family, such as {@code varchar}
     * @param fullType as in DDL, such as {@code varchar(255)}
     * @param characters the most characters or bytes, 0 if it has no such limit
     * @param precision the digits of a number, or of the fraction of a second
     * @param scale the digits behind the point
     * @param collation of a text column, else empty
     */
    record Column(
            String type,
            String fullType,
            long characters,
            int precision,
            int scale,
            boolean nullable,
            boolean hasDefault,
            boolean generated,
            boolean counter,
            String collation) {}

    static Optional<LiveTable> read(Handle handle, String name) {
        Optional<String> engine = handle.createQuery("SELECT COALESCE(ENGINE, '') FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findFirst();
        return engine.map(found -> new LiveTable(found, columns(handle, name), uniqueKeys(handle, name)));
    }

    Optional<Column> column(String name) {
        return Optional.ofNullable(columns.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether these columns, in any order, identify a row. */
    boolean isUnique(List<String> names) {
        List<String> wanted =
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        return uniqueKeys.stream().anyMatch(wanted::containsAll);
    }

    private static Map<String, Column> columns(Handle handle, String name) {
        Map<String, Column> columns = new LinkedHashMap<>();
        handle.createQuery("SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COALESCE(CHARACTER_MAXIMUM_LENGTH, 0),"
                        + " COALESCE(NUMERIC_PRECISION, DATETIME_PRECISION, 0), COALESCE(NUMERIC_SCALE, 0),"
                        + " IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COALESCE(GENERATION_EXPRESSION, ''),"
                        + " COALESCE(COLLATION_NAME, '') FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name ORDER BY ORDINAL_POSITION")
                .bind("name", name)
                .map((row, context) -> {
                    String extra = row.getString(9).toLowerCase(Locale.ROOT);
                    return Map.entry(
                            row.getString(1).toLowerCase(Locale.ROOT),
                            new Column(
                                    row.getString(2).toLowerCase(Locale.ROOT),
                                    row.getString(3).toLowerCase(Locale.ROOT),
                                    row.getLong(4),
                                    row.getInt(5),
                                    row.getInt(6),
                                    row.getString(7).equals("YES"),
                                    row.getString(8) != null || extra.contains("default_generated"),
                                    !row.getString(10).isEmpty(),
                                    extra.contains("auto_increment"),
                                    row.getString(11)));
                })
                .forEach(column -> columns.put(column.getKey(), column.getValue()));
        return columns;
    }

    private static List<List<String>> uniqueKeys(Handle handle, String name) {
        Map<String, List<String>> keys = new HashMap<>();
        handle.createQuery("SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name AND NON_UNIQUE = 0"
                        + " ORDER BY INDEX_NAME, SEQ_IN_INDEX")
                .bind("name", name)
                .map((row, context) -> new String[] {row.getString(1), row.getString(2)})
                .forEach(row -> keys.computeIfAbsent(row[0], key -> new ArrayList<>())
                        .add(row[1] == null ? "" : row[1].toLowerCase(Locale.ROOT)));
        return List.copyOf(keys.values());
    }
}
