package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.docmirror.internal.Text;

/**
 * Which columns of a table a mapper writes, and how rows belong to their document. Made once and shared by all rows: the
 * sink groups rows by it.
 *
 * @param table the table's name
 * @param keyColumn the column that holds the document's id; the sink fills it
 * @param keyForm how the id stands in that column
 * @param ordinalColumn for a child table: the column that numbers a document's rows from 0; the sink fills it
 * @param columns all other columns, in the order of the values of a row
 */
public record TableLayout(
        String table, String keyColumn, KeyForm keyForm, Optional<String> ordinalColumn, List<String> columns) {
    /** What can be quoted as an identifier without a doubt; MySQL allows more. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_$]{1,64}");

    /** How a document's id stands in a key column. */
    public enum KeyForm {
        /** The id itself. The column must compare exactly: a binary collation that does not pad, or a binary type. */
        TEXT,
        /** The SHA-256 of the id's UTF-8 bytes, 32 bytes; for ids of any length. */
        SHA_256
    }

    public TableLayout {
        columns = List.copyOf(columns);
        List<String> names = new ArrayList<>(columns);
        names.add(keyColumn);
        ordinalColumn.ifPresent(names::add);
        identifier("table", table);
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            identifier("column of " + table, name);
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("columns of " + table + ": " + name + " is named twice");
            }
        }
    }

    /** A table with one row a document, keyed by the document's id as text. */
    public static TableLayout of(String table, String keyColumn, String... columns) {
        return new TableLayout(table, keyColumn, KeyForm.TEXT, Optional.empty(), List.of(columns));
    }

    /** A table with any number of rows a document, replaced together. */
    public static TableLayout children(String table, String keyColumn, String ordinalColumn, String... columns) {
        return new TableLayout(table, keyColumn, KeyForm.TEXT, Optional.of(ordinalColumn), List.of(columns));
    }

    /** The same table with the key column holding {@link KeyForm#SHA_256}. */
    public TableLayout withHashedKey() {
        return new TableLayout(table, keyColumn, KeyForm.SHA_256, ordinalColumn, columns);
    }

    static void identifier(String what, String name) {
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new IllegalArgumentException(what
                    + ": must be 1 to 64 letters, digits, underscores or dollar signs, was " + Text.printable(name));
        }
    }
}
