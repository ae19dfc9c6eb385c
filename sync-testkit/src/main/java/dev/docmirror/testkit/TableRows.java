package dev.docmirror.testkit;

import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.testkit.ColumnFit.Refused;
import org.jspecify.annotations.Nullable;

/** The rows of one table, by document. */
final class TableRows {
    private final TableLayout layout;
    private final Optional<TableDefinition> definition;
    private final Clock clock;
    private final Map<DocumentId, List<Map<String, @Nullable Object>>> byDocument;
    private final Set<List<Object>> unique;
    private long counter;

    TableRows(TableLayout layout, Optional<TableDefinition> definition, Clock clock) {
        this(layout, definition, clock, new LinkedHashMap<>(), new HashSet<>(), 0);
    }

    private TableRows(
            TableLayout layout,
            Optional<TableDefinition> definition,
            Clock clock,
            Map<DocumentId, List<Map<String, @Nullable Object>>> byDocument,
            Set<List<Object>> unique,
            long counter) {
        this.layout = layout;
        this.definition = definition;
        this.clock = clock;
        this.byDocument = byDocument;
        this.unique = unique;
        this.counter = counter;
    }

    /** Rows are never changed, only replaced: a copy of the maps is enough. */
    TableRows copy() {
        return new TableRows(
                layout, definition, clock, new LinkedHashMap<>(byDocument), new HashSet<>(unique), counter);
    }

    Optional<TableDefinition> definition() {
        return definition;
    }

    List<Map<String, @Nullable Object>> all() {
        return byDocument.values().stream().flatMap(List::stream).toList();
    }

    /** The rows of one document, to be given to {@link #restore} after a refusal. */
    List<Map<String, @Nullable Object>> of(DocumentId id) {
        return byDocument.getOrDefault(id, List.of());
    }

    void restore(DocumentId id, List<Map<String, @Nullable Object>> rows) {
        delete(id);
        rows.forEach(row -> add(id, row));
    }

    void delete(DocumentId id) {
        List<Map<String, @Nullable Object>> gone = byDocument.remove(id);
        if (gone != null) {
            gone.forEach(row -> unique.removeAll(uniqueEntries(row)));
        }
    }

    void put(TableLayout written, DocumentId id, @Nullable Object[] values) {
        List<Map<String, @Nullable Object>> before = of(id);
        Map<String, @Nullable Object> row = before.isEmpty() ? filled(id, 0) : updated(before.get(0));
        delete(id);
        add(id, checked(written, row, values));
    }

    void update(TableLayout written, DocumentId id, @Nullable Object[] values) {
        if (!of(id).isEmpty()) {
            put(written, id, values);
        }
    }

    void replace(TableLayout written, DocumentId id, List<@Nullable Object[]> rows) {
        delete(id);
        for (int i = 0; i < rows.size(); i++) {
            add(id, checked(written, filled(id, i), rows.get(i)));
        }
    }

    private void add(DocumentId id, Map<String, @Nullable Object> row) {
        List<List<Object>> entries = uniqueEntries(row);
        for (List<Object> entry : entries) {
            if (unique.contains(entry)) {
                throw new Refused(
                        "another row has this value in the unique key " + entry.get(0), DeadLetter.Kind.COLLISION);
            }
        }
        unique.addAll(entries);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(of(id));
        rows.add(Collections.unmodifiableMap(row));
        byDocument.put(id, rows);
    }

    /** A new row: the key, the ordinal, and what the database fills. */
    private Map<String, @Nullable Object> filled(DocumentId id, int ordinal) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (ColumnDefinition column : definition.map(TableDefinition::columns).orElse(List.of())) {
            row.put(column.name(), initial(column));
        }
        row.put(layout.keyColumn(), key(id));
        layout.ordinalColumn().ifPresent(name -> row.put(name, ordinal));
        return row;
    }

    private Object key(DocumentId id) {
        return layout.keyForm() == TableLayout.KeyForm.TEXT ? id.value() : Hashes.sha256(id.value());
    }

    private @Nullable Object initial(ColumnDefinition column) {
        FilledBy by = column.filledBy();
        if (by instanceof FilledBy.Counter) {
            return ++counter;
        } else if (by instanceof FilledBy.Clock) {
            return clock.instant();
        } else if (by instanceof FilledBy.Constant constant) {
            return constant(column.type(), constant.literal());
        }
        return null;
    }

    private static Object constant(ColumnType type, String literal) {
        return switch (type.kind()) {
            case DECIMAL, BOOLEAN, INTEGER, BIGINT, UNSIGNED_BIGINT -> new BigDecimal(literal);
            default -> literal;
        };
    }

    private Map<String, @Nullable Object> updated(Map<String, @Nullable Object> before) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>(before);
        for (ColumnDefinition column : definition.map(TableDefinition::columns).orElse(List.of())) {
            if (column.filledBy() instanceof FilledBy.Clock byClock && byClock.onUpdate()) {
                row.put(column.name(), clock.instant());
            }
        }
        return row;
    }

    private Map<String, @Nullable Object> checked(
            TableLayout written, Map<String, @Nullable Object> row, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            row.put(written.columns().get(i), values[i] == MirrorTime.NOW ? clock.instant() : values[i]);
        }
        row.replaceAll(this::fit);
        return row;
    }

    private @Nullable Object fit(String name, @Nullable Object value) {
        if (definition.isEmpty()) {
            return ColumnFit.plain(name, value);
        }
        return ColumnFit.fit(
                definition.get().column(name).orElseThrow(() -> new Refused("there is no column " + name)), value);
    }

    /** One entry a unique key in which no value is null: its columns' names, then their values. */
    private List<List<Object>> uniqueEntries(Map<String, @Nullable Object> row) {
        List<List<Object>> entries = new ArrayList<>();
        if (definition.isPresent()) {
            uniqueEntry(definition.get().primaryKey(), row).ifPresent(entries::add);
            definition.get().uniqueKeys().forEach(key -> uniqueEntry(key, row).ifPresent(entries::add));
        }
        return entries;
    }

    private Optional<List<Object>> uniqueEntry(List<String> columns, Map<String, @Nullable Object> row) {
        List<Object> entry = new ArrayList<>();
        entry.add(columns);
        for (String column : columns) {
            Object value = Cells.canonical(row.get(column));
            if (value == null) {
                return Optional.empty();
            }
            entry.add(value instanceof String text && !isExact(column) ? text.toLowerCase(Locale.ROOT) : value);
        }
        return Optional.of(entry);
    }

    private boolean isExact(String column) {
        return definition
                .flatMap(d -> d.column(column))
                .map(ColumnDefinition::exact)
                .orElse(true);
    }
}
