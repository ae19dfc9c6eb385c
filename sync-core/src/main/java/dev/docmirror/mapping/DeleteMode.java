package dev.docmirror.mapping;

/**
 * What the deletion of a document does to its rows.
 *
 * @param kind the kind
 * @param column the tombstone column of {@link Kind#SOFT}, else empty
 */
public record DeleteMode(Kind kind, String column) {

    /** The kinds. */
    public enum Kind {
        HARD,
        SOFT,
        IGNORE
    }

    public DeleteMode {
        if ((kind == Kind.SOFT) == column.isEmpty()) {
            throw new IllegalArgumentException("column: goes with SOFT, and only with it");
        }
    }

    /** The rows are deleted, those in child tables, too. */
    public static DeleteMode hard() {
        return new DeleteMode(Kind.HARD, "");
    }

    /**
     * The rows stay, and a DATETIME(6) column of this name holds when the deletion was mirrored, by the database's clock.
     * It is NULL while the document lives, and again when it is written anew.
     */
    public static DeleteMode soft(String column) {
        return new DeleteMode(Kind.SOFT, column);
    }

    /** The rows stay as they were. */
    public static DeleteMode ignore() {
        return new DeleteMode(Kind.IGNORE, "");
    }
}
