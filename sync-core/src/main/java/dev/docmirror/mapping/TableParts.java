package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import dev.docmirror.mapping.TableLayout.KeyForm;
import org.jspecify.annotations.Nullable;

/** What builders of tables gather. */
final class TableParts {
    private final String table;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> uniqueKeys = new ArrayList<>();
    private final List<List<String>> indexes = new ArrayList<>();
    private @Nullable String counter;
    private @Nullable Key key;
    private boolean nullableKey;

    private record Key(String column, KeyForm form, ColumnType type) {}

    TableParts(String table) {
        TableLayout.identifier("table", table);
        this.table = table;
    }

    void counter(String column) {
        counter = column;
    }

    void key(String column, KeyForm form, ColumnType type) {
        if (key != null) {
            throw new IllegalArgumentException("table " + table + ": key is set twice");
        }
        if (type.length() < 1) {
            throw new IllegalArgumentException("table " + table + ": key length must be >= 1, was " + type.length());
        }
        key = new Key(column, form, type);
    }

    void nullableKey() {
        nullableKey = true;
    }

    void column(Column column) {
        columns.add(column);
    }

    void unique(String... names) {
        uniqueKeys.add(List.of(names));
    }

    void index(String... names) {
        indexes.add(List.of(names));
    }

    List<Column> columns() {
        return columns;
    }

    TableLayout layout(List<Column> mapped, Optional<String> ordinal) {
        return new TableLayout(
                table,
                key().column(),
                key().form(),
                ordinal,
                mapped.stream().map(Column::name).toList());
    }

    TableDefinition definition(TableLayout layout, List<Column> all, List<ColumnDefinition> afterKey) {
        if (nullableKey && counter == null) {
            throw new IllegalArgumentException("table " + table + ": nullableKey needs autoIncrement");
        }
        List<ColumnDefinition> definitions = new ArrayList<>();
        if (counter != null) {
            definitions.add(TableMapping.counterColumn(counter));
        }
        definitions.add(new ColumnDefinition(
                key().column(), key().type(), nullableKey, key().form() == KeyForm.TEXT, new FilledBy.Mapper()));
        definitions.addAll(afterKey);
        all.forEach(column -> definitions.add(column.definition()));
        List<String> own = new ArrayList<>(List.of(key().column()));
        layout.ordinalColumn().ifPresent(own::add);
        List<List<String>> unique = new ArrayList<>(uniqueKeys);
        if (counter != null) {
            unique.add(0, own);
        }
        List<ForeignKey> foreignKeys =
                all.stream().flatMap(column -> column.foreignKey().stream()).toList();
        TableDefinition definition = new TableDefinition(
                layout, definitions, counter == null ? own : List.of(counter), unique, indexes, foreignKeys);
        checkNames(definition);
        return definition;
    }

    private Key key() {
        if (key == null) {
            throw new IllegalArgumentException("table " + table + ": key or hashedKey must be set");
        }
        return key;
    }

    private void checkNames(TableDefinition definition) {
        long distinct = definition.columns().stream()
                .map(column -> column.name().toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .count();
        if (distinct != definition.columns().size()) {
            throw new IllegalArgumentException("table " + table + ": a column is named twice");
        }
        List<List<String>> keys = new ArrayList<>(definition.uniqueKeys());
        keys.addAll(definition.indexes());
        for (List<String> names : keys) {
            if (names.isEmpty()) {
                throw new IllegalArgumentException("table " + table + ": an index needs at least one column");
            }
            for (String name : names) {
                if (definition.column(name).isEmpty()) {
                    throw new IllegalArgumentException("table " + table + ": index over unknown column " + name);
                }
            }
        }
    }
}
