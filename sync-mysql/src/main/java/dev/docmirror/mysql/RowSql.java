package dev.docmirror.mysql;

import java.util.BitSet;
import java.util.Optional;

import dev.docmirror.mapping.TableLayout;

/**
 * The statements that write rows of one shape. Made once a shape; thread-safe.
 *
 * <p>A new row is a plain INSERT: ON DUPLICATE KEY UPDATE and REPLACE would change somebody else's row where a
 * secondary unique key is hit. Known rows are updated many at a time by joining a table of parameters, which is read
 * first and looks each row up by the index of the key column: left to itself the server may scan the whole table for
 * each statement. Rows with long values are updated one by one: of a value that may exceed 65,535 bytes MariaDB keeps
 * the rest of its length by 65,536 there, without a warning, and MySQL refuses it if the driver prepares statements on
 * the server.
 */
final class RowSql {
    /** Characters or bytes that take at most 65,535 bytes even if each character is taken for four. */
    static final int WIDEST = 8_000;

    private static final int PARAMETERS = 60_000; // a prepared statement has at most 65,535
    private static final int MOST_INSERTS = 128;
    private static final int MOST_UPDATES = 128;
    private static final String CLOCK = "UTC_TIMESTAMP(6)";
    /** A driver may send text as bytes, as MySQL's does under NO_BACKSLASH_ESCAPES; a JSON column refuses those. */
    private static final String JSON = "CONVERT(? USING utf8mb4)";

    private static final String VALUE = "?";

    /**
     * What the text of a statement depends on.
     *
     * @param now the columns that the database's clock fills
     * @param json the columns with JSON in some row
     * @param textual whether the driver sends JSON as text, so that an INSERT, of which a backfill has many, can take it
     *     as it comes
     * @param keyIndex the index that finds a row by its document
     */
    record Shape(TableLayout layout, BitSet now, BitSet json, boolean textual, Optional<String> keyIndex) {}

    private final Shape shape;
    private final int parameters;
    private final Repeated insert;
    private final Repeated update;
    private final String updateOne;

    RowSql(Shape shape) {
        this.shape = shape;
        TableLayout layout = shape.layout();
        int columns = layout.columns().size() - shape.now().cardinality();
        this.parameters = 1 + columns + (layout.ordinalColumn().isPresent() ? 1 : 0);
        this.insert = insertText();
        this.update = updateText();
        this.updateOne = updateOneText();
    }

    int mostInserts() {
        return Math.max(1, Math.min(MOST_INSERTS, PARAMETERS / parameters));
    }

    int mostUpdates() {
        return Math.max(1, Math.min(MOST_UPDATES, PARAMETERS / parameters));
    }

    /** Parameters of a row: the key, the ordinal of a child row, the columns that the clock does not fill. */
    String insert(int rows) {
        return insert.rows(rows);
    }

    /** Parameters of a row: the key, the columns that the clock does not fill. */
    String update(int rows) {
        return update.rows(rows);
    }

    /** For a row of any width. Parameters: the columns that the clock does not fill, the key. */
    String updateOne() {
        return updateOne;
    }

    private Repeated insertText() {
        TableLayout layout = shape.layout();
        StringBuilder head = new StringBuilder("INSERT INTO ")
                .append(Sql.name(layout.table()))
                .append(" (")
                .append(Sql.name(layout.keyColumn()));
        StringBuilder row = new StringBuilder("(?");
        layout.ordinalColumn().ifPresent(ordinal -> {
            head.append(',').append(Sql.name(ordinal));
            row.append(",?");
        });
        for (int i = 0; i < layout.columns().size(); i++) {
            head.append(',').append(Sql.name(layout.columns().get(i)));
            row.append(',').append(shape.now().get(i) ? CLOCK : shape.textual() ? VALUE : mark(i));
        }
        return new Repeated(head + ") VALUES ", row + ")", "," + row + ")", "", mostInserts());
    }

    private Repeated updateText() {
        TableLayout layout = shape.layout();
        String key = Sql.name(layout.keyColumn());
        StringBuilder first = new StringBuilder("SELECT ? AS k");
        StringBuilder next = new StringBuilder(" UNION ALL SELECT ?");
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < layout.columns().size(); i++) {
            boolean now = shape.now().get(i);
            if (!now) {
                first.append(',').append(mark(i)).append(" AS c").append(i);
                next.append(',').append(mark(i));
            }
            set.append(i == 0 ? "" : ",")
                    .append("t.")
                    .append(Sql.name(layout.columns().get(i)));
            set.append('=').append(now ? CLOCK : "v.c" + i);
        }
        if (set.isEmpty()) {
            set.append("t.").append(key).append("=t.").append(key);
        }
        String index = shape.keyIndex()
                .map(name -> " FORCE INDEX (" + Sql.name(name) + ")")
                .orElse("");
        String tail =
                ") v STRAIGHT_JOIN " + Sql.name(layout.table()) + " t" + index + " ON t." + key + "=v.k SET " + set;
        return new Repeated("UPDATE (", first.toString(), next.toString(), tail, mostUpdates());
    }

    private String updateOneText() {
        TableLayout layout = shape.layout();
        String key = Sql.name(layout.keyColumn());
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < layout.columns().size(); i++) {
            set.append(i == 0 ? "" : ",").append(Sql.name(layout.columns().get(i)));
            set.append('=').append(shape.now().get(i) ? CLOCK : mark(i));
        }
        if (set.isEmpty()) {
            set.append(key).append('=').append(key);
        }
        return "UPDATE " + Sql.name(layout.table()) + " SET " + set + " WHERE " + key + "=?";
    }

    private String mark(int column) {
        return shape.json().get(column) ? JSON : VALUE;
    }
}
