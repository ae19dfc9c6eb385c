package dev.docmirror.mapping;

import java.util.List;

import tools.jackson.core.JsonPointer;

/**
 * What the deletion of a document does to its rows. A document that is deleted before it was mirrored has none in any mode.
 *
 * @param kind the kind
 * @param column the tombstone column of {@link Kind#SOFT}, else empty
 * @param times where a tombstone with a body may hold the time of the deletion, as JSON pointers
 */
public record DeleteMode(Kind kind, String column, List<String> times) {

    /** The kinds. */
    public enum Kind {
        HARD,
        SOFT,
        IGNORE
    }

    public DeleteMode {
        times = List.copyOf(times);
        if ((kind == Kind.SOFT) == column.isEmpty() || (kind != Kind.SOFT && !times.isEmpty())) {
            throw new IllegalArgumentException("column: goes with SOFT, and only with it");
        }
        times.forEach(time -> Pointers.parse("times", time));
    }

    /** The rows are deleted, those in child tables, too. */
    public static DeleteMode hard() {
        return new DeleteMode(Kind.HARD, "", List.of());
    }

    /**
     * The rows stay, those in child tables, too, and a DATETIME(6) column of this name holds when the document was deleted:
     * the time at the first of some JSON pointers that the tombstone has, else when its deletion was mirrored, by the
     * database's clock. Columns of {@link Column#revision} and {@link Column#mirroredAt} tell of the tombstone. The column
     * is NULL while the document lives, and again when it is written anew.
     */
    public static DeleteMode soft(String column, String... times) {
        return new DeleteMode(Kind.SOFT, column, List.of(times));
    }

    /** The rows stay as they were. */
    public static DeleteMode ignore() {
        return new DeleteMode(Kind.IGNORE, "", List.of());
    }

    Column tombstoneColumn() {
        ColumnType type = ColumnType.of(ColumnType.Kind.DATETIME);
        List<JsonPointer> pointers =
                times.stream().map(time -> Pointers.parse("times", time)).toList();
        ColumnSource.Fields own = new ColumnSource.Fields(pointers, false);
        ColumnValue deletedAt = (document, context) -> {
            if (!document.deleted()) {
                return null;
            }
            // The body is not asked for in vain: one that can't be read must not keep the rows alive.
            Object time = pointers.isEmpty() ? null : own.value(type, document.body());
            return time == null ? MirrorTime.NOW : time;
        };
        return Column.of(column, type, new ColumnSource.Rule(deletedAt, true));
    }
}
