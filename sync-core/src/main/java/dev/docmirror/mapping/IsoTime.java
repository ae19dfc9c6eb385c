package dev.docmirror.mapping;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads dates and times of ISO 8601, in the profile of RFC 3339: {@code 2024-01-15T10:30:00.123Z}. The seconds, the
 * fraction and the offset may be missing, a blank may stand for the {@code T}; no offset means UTC.
 *
 * <p>By hand, because a formatter takes over twenty times as long, and because those that know the names of zones give results that
 * change with the JDK's rules for them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3339#section-5.6">RFC 3339: Internet date/time format</a>
 */
final class IsoTime {
    private static final int DATE_LENGTH = 10;
    private static final int MICRO_DIGITS = 6;
    private static final long DAY_SECONDS = 86_400;

    private IsoTime() {}

    static LocalDate date(String text) {
        if (text.length() != DATE_LENGTH) {
            throw new UnfitValue("must be an ISO 8601 date");
        }
        try {
            return day(text);
        } catch (DateTimeException e) {
            throw new UnfitValue("must be an ISO 8601 date");
        }
    }

    /** Cut to microseconds. A date alone is its first moment in UTC. */
    static Instant instant(String text) {
        try {
            long second = day(text).toEpochDay() * DAY_SECONDS;
            return text.length() == DATE_LENGTH ? Instant.ofEpochSecond(second) : timeOfDay(text, second);
        } catch (DateTimeException e) {
            throw new UnfitValue("must be an ISO 8601 time or milliseconds since 1970");
        }
    }

    private static LocalDate day(String text) {
        int year = number(text, 0, 4, 9_999);
        expect(text, 4, '-');
        int month = number(text, 5, 2, 12);
        expect(text, 7, '-');
        return LocalDate.of(year, month, number(text, 8, 2, 31));
    }

    private static Instant timeOfDay(String text, long midnight) {
        char separator = text.charAt(DATE_LENGTH);
        if (separator != 'T' && separator != 't' && separator != ' ') {
            throw malformed();
        }
        long second = midnight + number(text, 11, 2, 23) * 3_600L;
        expect(text, 13, ':');
        second += number(text, 14, 2, 59) * 60L;
        int at = 16;
        int micros = 0;
        if (is(text, at, ':')) {
            second += number(text, at + 1, 2, 59);
            at += 3;
            if (is(text, at, '.')) {
                int end = endOfDigits(text, at + 1);
                micros = micros(text, at + 1, end);
                at = end;
            }
        }
        return Instant.ofEpochSecond(second - offset(text, at), micros * 1_000L);
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

    private static int micros(String text, int from, int end) {
        int micros = 0;
        for (int i = 0; i < MICRO_DIGITS; i++) {
            micros = micros * 10 + (from + i < end ? text.charAt(from + i) - '0' : 0);
        }
        return micros;
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

    private static DateTimeException malformed() {
        return new DateTimeException("malformed");
    }
}
