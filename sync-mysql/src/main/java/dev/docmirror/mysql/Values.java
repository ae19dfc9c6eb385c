package dev.docmirror.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.MirrorTime;
import org.jspecify.annotations.Nullable;

/**
 * Java values as statement parameters. Numbers beyond 64 bits and decimals go as their decimal text, times as UTC text,
 * so that neither a float nor a driver's time zone is ever in between. JSON goes as text, since some drivers send bytes
 * in hexadecimal, which costs more than decoding them. An {@link Instant} is cut to the microsecond, which is all that
 * the database keeps; everything else arrives exactly or is refused.
 */
final class Values {
    private static final int FIRST_YEAR = 1000;
    private static final int LAST_YEAR = 9999;
    private static final Instant FIRST = startOf(FIRST_YEAR);
    private static final Instant AFTER_LAST = startOf(LAST_YEAR + 1);
    /** A decimal with an exponent beyond this is written with it: its plain text could fill the memory. */
    private static final int LONGEST_PLAIN = 1_000;

    private static final int NUMBER_SIZE = 24;
    private static final int TIME_SIZE = 30;

    private Values() {}

    private static Instant startOf(int year) {
        return LocalDate.of(year, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /**
     * Checks that a value can be bound unaltered.
     *
     * @return about how many bytes it takes in a statement, without escapes
     * @throws UnfitValueException if it can't
     */
    static int check(@Nullable Object value) throws UnfitValueException {
        if (value instanceof String text) {
            if (!Unicode.wellFormed(text)) {
                throw new UnfitValueException("not valid Unicode: a lone surrogate");
            }
            return text.length() + 3;
        }
        if (value == null || value instanceof Integer || value instanceof Boolean || value instanceof Long) {
            return NUMBER_SIZE;
        }
        if (value instanceof JsonText json) {
            if (!Unicode.wellFormed(json.utf8())) {
                throw new UnfitValueException("not valid UTF-8");
            }
            return json.utf8().length + 32;
        }
        return checkRare(value);
    }

    private static int checkRare(Object value) throws UnfitValueException {
        if (value instanceof Instant instant) {
            if (!isInRange(instant)) {
                throw outsideYears();
            }
            return TIME_SIZE;
        }
        if (value instanceof LocalDate date) {
            if (date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR) {
                throw outsideYears();
            }
            return TIME_SIZE;
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.precision() + LONGEST_PLAIN;
        }
        if (value instanceof BigInteger integer) {
            return integer.bitLength() / 3 + 3;
        }
        if (value instanceof byte[] bytes) {
            return bytes.length + 12;
        }
        if (value == MirrorTime.NOW) {
            return TIME_SIZE;
        }
        throw new UnfitValueException("values of " + value.getClass().getName() + " are not supported");
    }

    /** Whether a column of a date and time can hold it. */
    static boolean isInRange(Instant instant) {
        return !instant.isBefore(FIRST) && instant.isBefore(AFTER_LAST);
    }

    static Instant closestInRange(Instant instant) {
        return instant.isBefore(FIRST) ? FIRST : isInRange(instant) ? instant : AFTER_LAST.minusNanos(1);
    }

    private static UnfitValueException outsideYears() {
        return new UnfitValueException("a year outside " + FIRST_YEAR + " to " + LAST_YEAR);
    }

    /** The most bytes a checked value can take in a statement, whatever the driver escapes. */
    static long largest(@Nullable Object value) {
        if (value instanceof String text) {
            return largestText(text);
        }
        if (value instanceof JsonText json) {
            return largestText(json.utf8());
        }
        if (value instanceof byte[] bytes) {
            return largestBinary(bytes);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.precision() + LONGEST_PLAIN + 16L;
        }
        return value instanceof BigInteger integer ? integer.bitLength() / 3 + 16L : 64;
    }

    /** Some drivers write bytes in hexadecimal. */
    static long largestBinary(byte[] bytes) {
        return 64 + 2L * bytes.length;
    }

    static long largestText(byte[] utf8) {
        long sum = 64L + utf8.length;
        for (byte b : utf8) {
            sum += isEscaped(b) ? 1 : 0;
        }
        return sum;
    }

    private static boolean isEscaped(int c) {
        return c >= 0 && (c < ' ' || c == '\'' || c == '"' || c == '\\');
    }

    static long largestText(String text) {
        long bytes = 64;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c >= 0x800 ? 3 : isEscaped(c) || c >= 0x80 ? 2 : 1;
        }
        return bytes;
    }

    /** Binds a checked value; a {@link MirrorTime} is no parameter but part of the statement. */
    static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value == null) {
            statement.setNull(index, Types.VARCHAR);
        } else if (value instanceof Boolean flag) {
            statement.setInt(index, flag ? 1 : 0);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof JsonText json) {
            statement.setString(index, new String(json.utf8(), StandardCharsets.UTF_8));
        } else if (value instanceof Instant instant) {
            statement.setString(index, text(instant));
        } else if (value instanceof BigDecimal decimal) {
            statement.setString(index, text(decimal));
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else { // LocalDate and BigInteger: their texts are SQL's
            statement.setString(index, value.toString());
        }
    }

    static String text(BigDecimal decimal) {
        boolean plain = Math.abs((long) decimal.scale()) <= LONGEST_PLAIN;
        return plain ? decimal.toPlainString() : decimal.toString();
    }

    /** {@code 1969-12-31 23:59:59.999999}, in UTC, cut to the microsecond. */
    static String text(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        char[] out = new char[26];
        digits(out, 0, 4, time.getYear());
        out[4] = '-';
        digits(out, 5, 2, time.getMonthValue());
        out[7] = '-';
        digits(out, 8, 2, time.getDayOfMonth());
        out[10] = ' ';
        digits(out, 11, 2, time.getHour());
        out[13] = ':';
        digits(out, 14, 2, time.getMinute());
        out[16] = ':';
        digits(out, 17, 2, time.getSecond());
        out[19] = '.';
        digits(out, 20, 6, time.getNano() / 1_000);
        return new String(out);
    }

    private static void digits(char[] out, int from, int count, int number) {
        int rest = number;
        for (int i = from + count - 1; i >= from; i--) {
            out[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
