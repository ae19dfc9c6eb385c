package dev.docmirror.mapping;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a document's rows in one table.
 *
 * <p>Values stand in the order of {@link TableLayout#columns()} and are {@code null}, {@link String}, {@link Boolean},
 * {@link Integer}, {@link Long}, {@link java.math.BigInteger}, {@link java.math.BigDecimal}, {@code byte[]},
 * {@link java.time.LocalDate}, {@link java.time.Instant} (stored in UTC), {@link JsonText} or
 * {@link MirrorTime#NOW}. Anything else is refused. The arrays are not copied and must not be changed any more.
 */
public sealed interface RowChange {
    TableLayout table();

    /** The document has exactly this row: inserted, or all named columns updated. */
    record Put(TableLayout table, @Nullable Object[] values) implements RowChange {
        public Put {
            check(table, false);
            check(table, values);
        }
    }

    /** The document has exactly these rows, in this order, in a child table. */
    record Replace(TableLayout table, List<@Nullable Object[]> rows) implements RowChange {
        public Replace {
            check(table, true);
            rows = List.copyOf(rows);
            rows.forEach(row -> check(table, row));
        }
    }

    /** Updates the document's row if there is one; a soft delete. */
    record Update(TableLayout table, @Nullable Object[] values) implements RowChange {
        public Update {
            check(table, false);
            check(table, values);
        }
    }

    /** The document has no row in this table. */
    record Delete(TableLayout table) implements RowChange {}

    /** The document's rows in this table stay as they are. */
    record Keep(TableLayout table) implements RowChange {}

    private static void check(TableLayout table, boolean children) {
        if (table.ordinalColumn().isPresent() != children) {
            throw new IllegalArgumentException(
                    "table " + table.table() + (children ? ": is no child table" : ": is a child table, use Replace"));
        }
    }

    private static void check(TableLayout table, @Nullable Object[] values) {
        if (values.length != table.columns().size()) {
            throw new IllegalArgumentException("values of " + table.table() + ": must be "
                    + table.columns().size() + ", were " + values.length);
        }
    }
}
