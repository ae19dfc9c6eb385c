package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/** What builders of tables gather, and what they make of it. */
final class TableParts {
    private static final ColumnType COUNTER = ColumnType.of(Kind.UNSIGNED_BIGINT);
    private static final ColumnType ORDINAL = ColumnType.of(Kind.INTEGER);

    private final String table;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> uniqueKeys = new ArrayList<>();
    private final List<List<String>> indexes = new ArrayList<>();
    private @Nullable String counter;
    private @Nullable KeyColumn key;
    private @Nullable Column tombstone;
    private boolean nullableKey;

    TableParts(String table) {
        TableLayout.identifier("table", table);
        this.table = table;
    }

    void counter(String column) {
        require(counter == null, "autoIncrement is set twice");
        counter = column;
    }

    void key(KeyColumn column) {
        require(key == null, "key is set twice");
        key = column;
    }

    void nullableKey() {
        nullableKey = true;
    }

    void column(Column column) {
        columns.add(column);
    }

    /** The last column, if there is one. */
    void tombstone(@Nullable Column column) {
        tombstone = column;
    }

    private List<Column> all() {
        List<Column> all = new ArrayList<>(columns);
        if (tombstone != null) {
            all.add(tombstone);
        }
        return all;
    }

    void unique(String... names) {
        uniqueKeys.add(List.of(names));
    }

    void index(String... names) {
        indexes.add(List.of(names));
    }

    KeyColumn key() {
        require(key != null, "key or hashedKey must be set");
        return requireNonNull(key);
    }

    /** The columns that pass a test, as what is written. */
    RowShape shape(Optional<String> ordinal, Predicate<Column> written) {
        List<Column> chosen = all().stream().filter(written).toList();
        List<String> names = chosen.stream().map(Column::name).toList();
        return new RowShape(new TableLayout(table, key().name(), key().form(), ordinal, names), chosen);
    }

    TableDefinition definition(TableLayout layout) {
        require(!nullableKey || counter != null, "nullableKey needs autoIncrement");
        List<ColumnDefinition> definitions = new ArrayList<>();
        if (counter != null) {
            definitions.add(new ColumnDefinition(counter, COUNTER, false, false, new FilledBy.Counter()));
        }
        definitions.add(key().definition(nullableKey));
        layout.ordinalColumn()
                .ifPresent(name ->
                        definitions.add(new ColumnDefinition(name, ORDINAL, false, false, new FilledBy.Mapper())));
        all().forEach(column -> definitions.add(column.definition()));
        List<String> own = new ArrayList<>(List.of(key().name()));
        layout.ordinalColumn().ifPresent(own::add);
        List<List<String>> unique = new ArrayList<>(uniqueKeys);
        if (counter != null) {
            unique.add(0, own);
        }
        List<ForeignKey> foreignKeys =
                all().stream().flatMap(column -> column.foreignKey().stream()).toList();
        TableDefinition definition = new TableDefinition(
                layout, definitions, counter == null ? own : List.of(counter), unique, indexes, foreignKeys);
        check(definition);
        return definition;
    }

    private void check(TableDefinition definition) {
        Set<String> names = new HashSet<>();
        for (ColumnDefinition column : definition.columns()) {
            require(names.add(column.name().toLowerCase(Locale.ROOT)), "column " + column.name() + " is named twice");
        }
        List<List<String>> unique = new ArrayList<>(List.of(definition.primaryKey()));
        unique.addAll(definition.uniqueKeys());
        checkIndexes(definition, unique);
        checkIndexes(definition, definition.indexes());
    }

    private void checkIndexes(TableDefinition definition, List<List<String>> indexes) {
        Set<List<String>> seen = new HashSet<>();
        for (List<String> key : indexes) {
            String what = "index (" + String.join(", ", key) + ")";
            require(!key.isEmpty(), "an index needs at least one column");
            require(seen.add(key), what + " is there already");
            require(new HashSet<>(key).size() == key.size(), what + " names a column twice");
            int bytes = 0;
            for (String name : key) {
                bytes += IndexSize.bytes(column(definition, what, name).type());
            }
            require(
                    bytes <= IndexSize.LARGEST,
                    what + " is too long: " + IndexSize.LARGEST + " bytes at most, and"
                            + " TEXT, LONGTEXT and JSON not at all");
        }
    }

    private ColumnDefinition column(TableDefinition definition, String what, String name) {
        return definition
                .column(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "table " + table + ": " + what + " is over the unknown column " + name));
    }

    private void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("table " + table + ": " + rule);
        }
    }
}
