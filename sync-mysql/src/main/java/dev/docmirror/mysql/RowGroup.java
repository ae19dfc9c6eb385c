package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.TableLayout;
import org.jspecify.annotations.Nullable;

/** Rows of one table that one statement can write: the same columns, the same ones filled by the clock. */
final class RowGroup {

    /**
     * A row of a document.
     *
     * @param ordinal its number among the document's rows of a child table, else 0
     * @param size about how many bytes it takes in a statement
     * @param wide whether it has a value too long for a table of parameters, see {@link RowSql}
     */
    record Row(
            PendingDocument document, int ordinal, @Nullable Object[] values, long size, boolean wide) {
        private static final @Nullable Object[] NO_VALUES = {};

        /** No more than the key of a document. */
        static Row key(PendingDocument document) {
            return new Row(document, 0, NO_VALUES, document.keySize(), false);
        }
    }

    private final TableLayout layout;
    private final BitSet now;
    private final BitSet json = new BitSet();
    private final List<Row> rows = new ArrayList<>();
    private boolean bytes;

    RowGroup(TableLayout layout, BitSet now) {
        this.layout = layout;
        this.now = now;
    }

    void add(Row row) {
        rows.add(row);
        @Nullable Object[] values = row.values();
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof JsonText) {
                json.set(i);
            }
            bytes |= values[i] instanceof byte[];
        }
    }

    TableLayout layout() {
        return layout;
    }

    BitSet now() {
        return now;
    }

    /** The columns that have JSON in some row. */
    BitSet json() {
        return json;
    }

    /** Whether a column has bytes in some row, perhaps NULL in another. */
    boolean hasBytes() {
        return bytes;
    }

    List<Row> rows() {
        return rows;
    }
}
