package dev.docmirror.mapping;

import java.util.List;

/**
 * The type of a column, independent of the database's dialect.
 *
 * @param kind the family
 * @param length characters, bytes or digits where the kind has a length, else 0
 * @param scale digits behind the decimal point of {@link Kind#DECIMAL}, else 0
 * @param values the members of {@link Kind#ENUM}, else empty
 */
public record ColumnType(Kind kind, int length, int scale, List<String> values) {

    /** Families of types. */
    public enum Kind {
        /** Up to {@code length} characters (VARCHAR). */
        VARCHAR,
        /** Exactly {@code length} characters (CHAR). */
        CHAR,
        /** Up to 65,535 bytes of text (TEXT). */
        TEXT,
        /** Text of any length (LONGTEXT). */
        LONG_TEXT,
        /** JSON; MySQL reorders its keys and rounds long numbers, see {@link #LONG_TEXT} for the exact text. */
        JSON,
        /** One of {@code values}. */
        ENUM,
        /** An exact decimal. */
        DECIMAL,
        /** True or false (TINYINT(1)). */
        BOOLEAN,
        /** 32 bits, signed. */
        INTEGER,
        /** 64 bits, signed. */
        BIGINT,
        /** 64 bits, unsigned. */
        UNSIGNED_BIGINT,
        /** A day. */
        DATE,
        /** A UTC time with microseconds, years 1000 to 9999 (DATETIME(6)). */
        DATETIME,
        /** A UTC time with microseconds, 1970 to January 2038 (TIMESTAMP(6)). */
        TIMESTAMP,
        /** Exactly {@code length} bytes. */
        BINARY
    }

    public ColumnType {
        values = List.copyOf(values);
    }

    public static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, 0, List.of());
    }

    public static ColumnType of(Kind kind, int length) {
        return new ColumnType(kind, length, 0, List.of());
    }

    public static ColumnType decimal(int digits, int scale) {
        return new ColumnType(Kind.DECIMAL, digits, scale, List.of());
    }

    public static ColumnType enumeration(List<String> values) {
        return new ColumnType(Kind.ENUM, 0, 0, values);
    }
}
