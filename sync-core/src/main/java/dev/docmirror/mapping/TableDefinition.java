package dev.docmirror.mapping;

import java.util.List;
import java.util.Optional;

/**
 * A table as its mapper needs it: the source of DDL and of the check at the start. A live table may have more columns
 * (with defaults) and more indexes.
 *
 * @param layout name, key and written columns
 * @param columns every column in the order of the table, the key and ordinal columns and those only the database fills
 *     included
 * @param primaryKey the columns of the primary key
 * @param uniqueKeys further unique keys, each a list of columns
 * @param indexes further indexes, each a list of columns
 * @param foreignKeys references to other tables
 */
public record TableDefinition(
        TableLayout layout,
        List<ColumnDefinition> columns,
        List<String> primaryKey,
        List<List<String>> uniqueKeys,
        List<List<String>> indexes,
        List<ForeignKey> foreignKeys) {

    public TableDefinition {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        uniqueKeys = List.copyOf(uniqueKeys);
        indexes = List.copyOf(indexes);
        foreignKeys = List.copyOf(foreignKeys);
    }

    public String name() {
        return layout.table();
    }

    /**
     * One column.
     *
     * @param exact whether text compares by its exact characters (a binary collation without padding); key columns do
     * @param filledBy what fills the column when a row does not
     */
    public record ColumnDefinition(String name, ColumnType type, boolean nullable, boolean exact, FilledBy filledBy) {
        public ColumnDefinition {
            TableLayout.identifier("column", name);
        }
    }

    /** What gives a column its value where the mapper does not. */
    public sealed interface FilledBy {
        /** Nothing: the mapper gives it, or it is null. */
        record Mapper() implements FilledBy {}

        /** The next number (AUTO_INCREMENT). */
        record Counter() implements FilledBy {}

        /** The time of the insert, and of each later change if {@code onUpdate}. */
        record Clock(boolean onUpdate) implements FilledBy {}

        /** A constant. */
        record Constant(String literal) implements FilledBy {}
    }

    /** A column that refers to another table's column. */
    public record ForeignKey(String column, String table, String referenced) {
        public ForeignKey {
            TableLayout.identifier("column", column);
            TableLayout.identifier("table", table);
            TableLayout.identifier("column of " + table, referenced);
        }
    }

    /** The column of a name. */
    public Optional<ColumnDefinition> column(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
