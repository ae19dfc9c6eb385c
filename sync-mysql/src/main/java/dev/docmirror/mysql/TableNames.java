package dev.docmirror.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableDefinition.ForeignKey;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;

/**
 * Under which names a mirror's tables really are in the database. The mapper and the registry know nothing of it.
 * Thread-safe.
 */
final class TableNames {
    private final Map<String, String> names;
    private final boolean same;
    /** Layouts are shared by all rows of a shape, and rows are grouped by them. */
    private final Map<TableLayout, TableLayout> layouts = new ConcurrentHashMap<>();

    private TableNames(Map<String, String> names, boolean same) {
        this.names = names;
        this.same = same;
    }

    /** Every table is where its name says. */
    static TableNames same() {
        return new TableNames(Map.of(), true);
    }

    /** The tables that are named here are under other names; there are no others. */
    static TableNames of(Map<String, String> names) {
        Map<String, String> lower = new TreeMap<>();
        names.forEach((name, real) -> lower.put(name.toLowerCase(Locale.ROOT), real));
        return new TableNames(Map.copyOf(lower), false);
    }

    String of(String table) {
        if (same) {
            return table;
        }
        String real = names.get(table.toLowerCase(Locale.ROOT));
        if (real == null) {
            throw new ConfigurationException(
                    "table " + table + " is none of those that are rebuilt: the mapper's tables() has to describe each"
                            + " table it writes",
                    null);
        }
        return real;
    }

    private TableLayout of(TableLayout layout) {
        return layouts.computeIfAbsent(
                layout,
                known -> new TableLayout(
                        of(known.table()), known.keyColumn(), known.keyForm(), known.ordinalColumn(), known.columns()));
    }

    /** What is to be done, where it is to be done. */
    DocumentWrite of(DocumentWrite write) {
        if (same) {
            return write;
        }
        return new DocumentWrite(
                of(write.state()),
                write.before().map(this::of),
                write.rows().stream().map(this::of).toList(),
                write.protectedVersion());
    }

    private RowChange of(RowChange row) {
        TableLayout table = of(row.table());
        if (row instanceof RowChange.Put put) {
            return new RowChange.Put(table, put.values());
        } else if (row instanceof RowChange.Replace replace) {
            return new RowChange.Replace(table, replace.rows());
        } else if (row instanceof RowChange.Update update) {
            return new RowChange.Update(table, update.values());
        }
        return row instanceof RowChange.Delete ? new RowChange.Delete(table) : new RowChange.Keep(table);
    }

    private MirroredDocument of(MirroredDocument document) {
        List<TableKey> tables = document.tables().stream()
                .map(key -> new TableKey(of(key.table()), key.keyColumn(), key.keyForm()))
                .toList();
        return document.withMapping(document.type(), tables);
    }

    /** References to tables that have other names here lead there. */
    TableDefinition of(TableDefinition table) {
        if (same) {
            return table;
        }
        List<ForeignKey> keys = table.foreignKeys().stream()
                .map(key -> new ForeignKey(
                        key.column(),
                        Optional.ofNullable(names.get(key.table().toLowerCase(Locale.ROOT)))
                                .orElse(key.table()),
                        key.referenced()))
                .toList();
        return new TableDefinition(
                of(table.layout()), table.columns(), table.primaryKey(), table.uniqueKeys(), table.indexes(), keys);
    }
}
