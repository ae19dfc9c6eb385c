package dev.docmirror.mapping;

/**
 * How much of an index a column takes.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html">InnoDB limits</a>
 */
final class IndexSize {
    /** For tables of InnoDB's DYNAMIC format. */
    static final int LARGEST = 3_072;

    private static final int CHARACTER = 4;
    private static final int NUMBER = 8;

    private IndexSize() {}

    static int bytes(ColumnType type) {
        return switch (type.kind()) {
            case VARCHAR, CHAR -> type.length() * CHARACTER;
            case BINARY -> type.length();
            // Whole values of these can't be indexed.
            case TEXT, LONG_TEXT, JSON -> LARGEST + 1;
            case DECIMAL -> type.length();
            case ENUM, BOOLEAN, INTEGER, BIGINT, UNSIGNED_BIGINT, DATE, DATETIME, TIMESTAMP -> NUMBER;
        };
    }
}
