package dev.docmirror.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import org.jspecify.annotations.Nullable;

/** Whether a value fits a column, by the rules of a MySQL in strict mode, and the form in which it is kept. */
final class ColumnFit {
    private static final int TEXT_BYTES = 65_535;
    private static final int LARGEST_SCALE = 10_000;
    private static final Instant FIRST_MOMENT = Instant.parse("1000-01-01T00:00:00Z");
    private static final Instant BEHIND_LAST_MOMENT = Instant.parse("+10000-01-01T00:00:00Z");
    private static final Instant FIRST_STAMP = Instant.parse("1970-01-01T00:00:01Z");
    private static final Instant BEHIND_LAST_STAMP = Instant.parse("2038-01-19T03:14:08Z");

    private ColumnFit() {}

    /** A value that no column takes, or that this one does not; the message holds no value. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final DeadLetter.Kind kind;

        Refused(String reason) {
            this(reason, DeadLetter.Kind.SINK);
        }

        Refused(String reason, DeadLetter.Kind kind) {
            super(reason, null, false, false);
            this.kind = kind;
        }

        DeadLetter.Kind kind() {
            return kind;
        }
    }

    /** The value as a column without a definition keeps it. */
    static @Nullable Object plain(String column, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof JsonText || value instanceof String) {
            return text(column, value);
        }
        boolean allowed = value instanceof Boolean
                || isExactNumber(value)
                || value instanceof byte[]
                || value instanceof LocalDate
                || value instanceof Instant;
        return check(column, allowed, value, "is of a type that is no column value");
    }

    /** The value as a column keeps it. */
    static @Nullable Object fit(ColumnDefinition definition, @Nullable Object value) {
        String column = definition.name();
        if (value == null) {
            if (!definition.nullable()) {
                throw new Refused(column + " must not be null");
            }
            return null;
        }
        ColumnType type = definition.type();
        return switch (type.kind()) {
            case VARCHAR, CHAR -> characters(column, text(column, value), type.length());
            case TEXT -> {
                String text = text(column, value);
                yield check(column, text.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES, text, "is too long");
            }
            case LONG_TEXT -> text(column, value);
            case JSON -> json(column, text(column, value));
            case ENUM -> {
                String text = text(column, value);
                yield check(column, type.values().contains(text), text, "is none of the enum's values");
            }
            case DECIMAL -> decimal(column, number(column, value), type);
            case BOOLEAN -> value instanceof Boolean ? value : integer(column, value, "-128", "127");
            case INTEGER -> integer(column, value, "-2147483648", "2147483647");
            case BIGINT -> integer(column, value, "-9223372036854775808", "9223372036854775807");
            case UNSIGNED_BIGINT -> integer(column, value, "0", "18446744073709551615");
            case DATE -> day(column, value);
            case DATETIME -> moment(column, value, FIRST_MOMENT, BEHIND_LAST_MOMENT);
            case TIMESTAMP -> moment(column, value, FIRST_STAMP, BEHIND_LAST_STAMP);
            case BINARY -> bytes(column, value, type.length());
        };
    }

    private static String text(String column, Object value) {
        if (value instanceof JsonText json) {
            return decoded(column, json.utf8());
        } else if (value instanceof String text) {
            boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(text);
            return check(column, encodable, text, "has a character that UTF-8 can't hold");
        } else if (isExactNumber(value)) {
            return number(column, value).toPlainString();
        }
        throw new Refused(column + " takes text");
    }

    private static String decoded(String column, byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refused(column + " is not UTF-8");
        }
    }

    private static String characters(String column, String text, int longest) {
        return check(column, text.codePointCount(0, text.length()) <= longest, text, "is too long");
    }

    private static String json(String column, String text) {
        // A document's reader takes objects only.
        String wrapped = "{\"value\":" + text + "}";
        try {
            Documents.document("json", "1-0", wrapped).body();
        } catch (MappingException e) {
            throw new Refused(column + " is not valid JSON");
        }
        return text;
    }

    private static boolean isExactNumber(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof BigDecimal;
    }

    private static BigDecimal number(String column, Object value) {
        check(column, isExactNumber(value), value, "takes exact numbers");
        BigDecimal exact = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
        // Writing out an exponent of a billion would take all memory.
        return check(column, Math.abs((long) exact.scale()) <= LARGEST_SCALE, exact, "is out of range");
    }

    private static BigDecimal decimal(String column, BigDecimal number, ColumnType type) {
        BigDecimal rounded = number.setScale(type.scale(), RoundingMode.HALF_UP);
        return check(column, rounded.precision() <= type.length(), rounded, "is out of range");
    }

    private static BigDecimal integer(String column, Object value, String least, String most) {
        BigDecimal exact = value instanceof Boolean flag
                ? (flag ? BigDecimal.ONE : BigDecimal.ZERO)
                : number(column, value).setScale(0, RoundingMode.HALF_UP);
        boolean inRange = exact.compareTo(new BigDecimal(least)) >= 0 && exact.compareTo(new BigDecimal(most)) <= 0;
        return check(column, inRange, exact, "is out of range");
    }

    private static LocalDate day(String column, Object value) {
        if (value instanceof LocalDate day) {
            return check(column, day.getYear() >= 1000 && day.getYear() <= 9999, day, "is out of range");
        }
        throw new Refused(column + " takes days");
    }

    private static Instant moment(String column, Object value, Instant first, Instant behindLast) {
        if (value instanceof Instant time) {
            Instant kept = time.truncatedTo(ChronoUnit.MICROS);
            return check(column, !kept.isBefore(first) && kept.isBefore(behindLast), kept, "is out of range");
        }
        throw new Refused(column + " takes times");
    }

    private static byte[] bytes(String column, Object value, int length) {
        if (value instanceof byte[] bytes) {
            return check(column, bytes.length <= length, Arrays.copyOf(bytes, length), "is too long");
        }
        throw new Refused(column + " takes bytes");
    }

    private static <T> T check(String column, boolean ok, T value, String rule) {
        if (!ok) {
            throw new Refused(column + " " + rule);
        }
        return value;
    }
}
