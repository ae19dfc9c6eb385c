package dev.docmirror.mapping;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.docmirror.internal.Text;

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

    /** Characters of up to four bytes in a row of 65,535. */
    private static final int LONGEST_VARCHAR = 16_383;

    private static final int LONGEST_FIXED = 255;
    private static final int MOST_DIGITS = 65;
    private static final int LARGEST_SCALE = 30;

    /** Refuses what no column can be: MySQL's limits hold for MariaDB, too. */
    public ColumnType {
        values = List.copyOf(values);
        switch (kind) {
            case VARCHAR -> range("length of VARCHAR", length, 1, LONGEST_VARCHAR);
            case CHAR, BINARY -> range("length of " + kind, length, 1, LONGEST_FIXED);
            case DECIMAL -> {
                range("digits of DECIMAL", length, 1, MOST_DIGITS);
                range("scale of DECIMAL", scale, 0, Math.min(length, LARGEST_SCALE));
            }
            case ENUM -> members(values);
            default -> {}
        }
    }

    private static void range(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": must be " + least + " to " + most + ", was " + value);
        }
    }

    private static void members(List<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values of ENUM: needs at least one value");
        }
        Set<String> seen = new HashSet<>();
        for (String value : values) {
            // The database takes trailing spaces off, and by its usual collations upper and lower case are the same.
            if (value.length() > LONGEST_FIXED || value.endsWith(" ") || !seen.add(value.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("values of ENUM: must differ, without regard to case, have at most "
                        + LONGEST_FIXED + " characters and not end in a space, one was " + Text.printable(value));
            }
        }
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
