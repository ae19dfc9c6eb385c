package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/** Whether a Java value fits a column exactly. */
final class ColumnFit {
    private static final BigInteger MIN_INT = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger MAX_INT = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final Instant FIRST_STAMP = Instant.ofEpochSecond(1);
    private static final Instant LAST_STAMP = Instant.parse("2038-01-19T03:14:07.999999Z");
    private static final Instant FIRST_TIME = Instant.parse("1000-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final DateTimeFormatter LITERAL_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final int TEXT_BYTES = 65_535;
    private static final String UNPAIRED = "has an unpaired surrogate, which no database can keep";

    private ColumnFit() {}

    /** The value as it goes into the row. */
    static @Nullable Object check(ColumnType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case VARCHAR, CHAR, TEXT, ENUM -> text(type, value);
            case LONG_TEXT -> value instanceof JsonText ? value : text(type, value);
            case JSON -> json(is(JsonText.class, value, "JSON"));
            case DECIMAL -> decimal(type, number(value));
            case BOOLEAN -> is(Boolean.class, value, "true or false");
            case INTEGER -> value instanceof Long n && n == n.intValue() ? n : integer(value, MIN_INT, MAX_INT);
            case BIGINT -> value instanceof Long ? value : integer(value, MIN_LONG, MAX_LONG);
            case UNSIGNED_BIGINT -> integer(value, BigInteger.ZERO, MAX_UNSIGNED);
            case DATE -> date(is(LocalDate.class, value, "a date"));
            case DATETIME -> time(value, FIRST_TIME, LAST_TIME, "must be in the years 1000 to 9999");
            case TIMESTAMP -> time(value, FIRST_STAMP, LAST_STAMP, "must be from 1970 to January 2038");
            case BINARY -> bytes(type, is(byte[].class, value, "bytes"));
        };
    }

    /** A value from configuration. */
    static Object configured(String name, ColumnType type, Object value) {
        if (value == MirrorTime.NOW) {
            throw new IllegalArgumentException("column " + name + ": the value must be fixed");
        }
        try {
            boolean json = type.kind() == ColumnType.Kind.JSON && value instanceof String;
            return requireNonNull(check(type, json ? JsonConversion.parse((String) value) : value));
        } catch (UnfitValue e) {
            throw new IllegalArgumentException("column " + name + ": the value " + e.getMessage());
        }
    }

    private static String text(ColumnType type, Object value) {
        String text = is(String.class, value, "text");
        if (hasUnpairedSurrogate(text)) {
            throw new UnfitValue(UNPAIRED);
        }
        switch (type.kind()) {
            case ENUM -> {
                if (!type.values().contains(text)) {
                    throw new UnfitValue("must be one of " + type.values());
                }
            }
            case VARCHAR, CHAR -> {
                if (isLonger(text, type.length())) {
                    throw new UnfitValue("longer than " + type.length() + " characters");
                }
                // MySQL pads a CHAR with spaces and takes all of them off again.
                boolean padded = type.kind() == ColumnType.Kind.CHAR;
                if (padded && (text.codePointCount(0, text.length()) < type.length() || text.endsWith(" "))) {
                    throw new UnfitValue("must have " + type.length() + " characters, the last one no space");
                }
            }
            case TEXT -> {
                if (text.length() > TEXT_BYTES / 4 && text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES) {
                    throw new UnfitValue("longer than " + TEXT_BYTES + " bytes");
                }
            }
            default -> {}
        }
        return text;
    }

    /** MySQL counts code points. */
    static boolean isLonger(String text, int characters) {
        return text.length() > characters && text.codePointCount(0, text.length()) > characters;
    }

    private static JsonText json(JsonText json) {
        if (JsonEscapes.hasUnpairedSurrogate(json.utf8())) {
            throw new UnfitValue(UNPAIRED);
        }
        return json;
    }

    static boolean hasUnpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Integer || value instanceof Long) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        throw new UnfitValue("must be a number");
    }

    private static BigDecimal decimal(ColumnType type, BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > type.scale()) {
            throw new UnfitValue("has more than " + type.scale() + " digits behind the point");
        }
        if (plain.signum() != 0 && (long) plain.precision() - plain.scale() > type.length() - type.scale()) {
            throw new UnfitValue("has more than " + (type.length() - type.scale()) + " digits before the point");
        }
        return plain.setScale(type.scale());
    }

    private static Object integer(Object value, BigInteger min, BigInteger max) {
        BigDecimal plain = number(value).stripTrailingZeros();
        if (plain.scale() > 0) {
            throw new UnfitValue("must be a whole number");
        }
        // Beyond any range, and too long to be written out: 1e400.
        if (plain.precision() - (long) plain.scale() > 20) {
            throw new UnfitValue("out of range");
        }
        BigInteger integer = plain.toBigIntegerExact();
        if (integer.compareTo(min) < 0 || integer.compareTo(max) > 0) {
            throw new UnfitValue("out of range");
        }
        return integer.bitLength() < 64 ? (Object) integer.longValueExact() : integer;
    }

    private static LocalDate date(LocalDate date) {
        if (date.getYear() < 1000 || date.getYear() > 9999) {
            throw new UnfitValue("must be in the years 1000 to 9999");
        }
        return date;
    }

    private static Object time(Object value, Instant first, Instant last, String rule) {
        if (value == MirrorTime.NOW) {
            return value;
        }
        Instant time = is(Instant.class, value, "a time").truncatedTo(ChronoUnit.MICROS);
        if (time.isBefore(first) || time.isAfter(last)) {
            throw new UnfitValue(rule);
        }
        return time;
    }

    private static byte[] bytes(ColumnType type, byte[] bytes) {
        if (bytes.length != type.length()) {
            throw new UnfitValue("must have " + type.length() + " bytes");
        }
        return bytes;
    }

    private static <T> T is(Class<T> wanted, Object value, String what) {
        if (!wanted.isInstance(value)) {
            throw new UnfitValue("must be " + what);
        }
        return wanted.cast(value);
    }

    /** A fitting value as the text of a default in SQL, to be quoted; empty where a column can't have one. */
    static Optional<String> literal(ColumnType type, Object value) {
        return switch (type.kind()) {
            case TEXT, LONG_TEXT, JSON, BINARY -> Optional.empty();
            case BOOLEAN -> Optional.of(value.equals(true) ? "1" : "0");
            case DECIMAL -> Optional.of(((BigDecimal) value).toPlainString());
            case DATETIME, TIMESTAMP ->
                Optional.of(LITERAL_TIME.format(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)));
            case VARCHAR, CHAR, ENUM, INTEGER, BIGINT, UNSIGNED_BIGINT, DATE -> Optional.of(value.toString());
        };
    }
}
