package dev.docmirror.mapping;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads dates and times of ISO 8601, in the profile of RFC 3339: {@code 2024-01-15T10:30:00.123Z}. The seconds, the
 * fraction and the offset may be missing, a blank may stand for the {@code T}; no offset means UTC.
 *
 * <p>By hand, because a formatter takes over twenty times as long, and because those that know the names of zones give
 * results that change with the JDK's rules for them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3339#section-5.6">RFC 3339: Internet date/time format</a>
 */
final class IsoTime {
    private static final int DATE_LENGTH = 10;
    private static final int YEAR_LENGTH = 4;
    private static final int LONGEST_YEAR = 9;
    private static final int MONTH_AND_DAY_LENGTH = 6;
    private static final int NANO_DIGITS = 9;
    private static final int DAY_SECONDS = 86_400;

    private IsoTime() {}

    static LocalDate date(String text) {
        if (text.length() != DATE_LENGTH) {
            throw new UnfitValue("must be an ISO 8601 date");
        }
        try {
            return day(text, YEAR_LENGTH);
        } catch (DateTimeException | UnfitValue e) {
            throw new UnfitValue("must be an ISO 8601 date");
        }
    }

    /** Years of four digits, any offset of less than a day; cut to microseconds. */
    static Instant instant(String text) {
        try {
            return read(text, YEAR_LENGTH, Integer.MAX_VALUE, DAY_SECONDS).truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException | UnfitValue e) {
            throw new UnfitValue("must be an ISO 8601 time or milliseconds since 1970");
        }
    }

    /** To the nanosecond: nothing is cut. Longer years have a sign; offsets are those that {@link ZoneOffset} has. */
    static Optional<Instant> exact(String text) {
        try {
            return Optional.of(read(text, endOfYear(text), NANO_DIGITS, ZoneOffset.MAX.getTotalSeconds()));
        } catch (DateTimeException | UnfitValue e) {
            return Optional.empty();
        }
    }

    /** A date alone is its first moment in UTC. */
    private static Instant read(String text, int endOfYear, int longestFraction, int largestOffset) {
        long second = day(text, endOfYear).toEpochDay() * DAY_SECONDS;
        int at = endOfYear + MONTH_AND_DAY_LENGTH;
        if (at == text.length()) {
            return Instant.ofEpochSecond(second);
        }
        if (!is(text, at, 'T') && !is(text, at, 't') && !is(text, at, ' ')) {
            throw malformed();
        }
        second += number(text, at + 1, 2, 23) * 3_600L;
        expect(text, at + 3, ':');
        second += number(text, at + 4, 2, 59) * 60L;
        at += 6;
        int nanos = 0;
        if (is(text, at, ':')) {
            second += number(text, at + 1, 2, 59);
            at += 3;
            if (is(text, at, '.')) {
                int end = endOfDigits(text, at + 1);
                if (end - at - 1 > longestFraction) {
                    throw malformed();
                }
                nanos = nanos(text, at + 1, end);
                at = end;
            }
        }
        int offset = offset(text, at);
        if (Math.abs(offset) > largestOffset) {
            throw malformed();
        }
        return Instant.ofEpochSecond(second - offset, nanos);
    }

    private static LocalDate day(String text, int endOfYear) {
        expect(text, endOfYear, '-');
        int month = number(text, endOfYear + 1, 2, 12);
        expect(text, endOfYear + 3, '-');
        return LocalDate.of(year(text, endOfYear), month, number(text, endOfYear + 4, 2, 31));
    }

    private static int year(String text, int end) {
        if (end == YEAR_LENGTH) {
            return number(text, 0, YEAR_LENGTH, 9_999);
        }
        int year = number(text, 1, end - 1, Year.MAX_VALUE);
        return is(text, 0, '-') ? -year : year;
    }

    /** Four digits; more of them behind a plus, at least as many behind a minus. */
    private static int endOfYear(String text) {
        boolean minus = is(text, 0, '-');
        if (!minus && !is(text, 0, '+')) {
            return YEAR_LENGTH;
        }
        int end = endOfDigits(text, 1);
        int digits = end - 1;
        if (digits < (minus ? YEAR_LENGTH : YEAR_LENGTH + 1) || digits > LONGEST_YEAR) {
            throw malformed();
        }
        return end;
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        if (end == from) {
            throw malformed();
        }
        return end;
    }

    private static int nanos(String text, int from, int end) {
        int nanos = 0;
        for (int i = 0; i < NANO_DIGITS; i++) {
            nanos = nanos * 10 + (from + i < end ? text.charAt(from + i) - '0' : 0);
        }
        return nanos;
    }

    /** Seconds east of UTC; what is read is the rest of the text. */
    private static int offset(String text, int at) {
        int left = text.length() - at;
        if (left == 0 || (left == 1 && (is(text, at, 'Z') || is(text, at, 'z')))) {
            return 0;
        }
        boolean east = is(text, at, '+');
        if (!east && !is(text, at, '-')) {
            throw malformed();
        }
        int seconds = number(text, at + 1, 2, 23) * 3_600;
        if (left > 3) {
            int minutes = at + (is(text, at + 3, ':') ? 4 : 3);
            if (text.length() != minutes + 2) {
                throw malformed();
            }
            seconds += number(text, minutes, 2, 59) * 60;
        }
        return east ? seconds : -seconds;
    }

    private static int number(String text, int from, int digits, int largest) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            if (i >= text.length() || !isDigit(text.charAt(i))) {
                throw malformed();
            }
            number = number * 10 + (text.charAt(i) - '0');
        }
        if (number > largest) {
            throw malformed();
        }
        return number;
    }

    private static void expect(String text, int at, char wanted) {
        if (!is(text, at, wanted)) {
            throw malformed();
        }
    }

    private static boolean is(String text, int at, char wanted) {
        return at < text.length() && text.charAt(at) == wanted;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Without a stack trace, because fields without a readable time are common. */
    private static UnfitValue malformed() {
        return new UnfitValue("malformed");
    }
}
