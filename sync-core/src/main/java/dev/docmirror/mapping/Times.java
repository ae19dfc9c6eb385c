package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * Reads points in time as documents write them, exactly or not at all:
 * <ul>
 *   <li>text in the extended format of ISO 8601, such as {@code 2026-02-14T10:30:00.123Z}: a date, {@code T} (or a
 *       space), hours and minutes, if need be seconds with up to nine digits of a fraction, then {@code Z} or an offset
 *       ({@code +02:00}, {@code +0200}, {@code +02}) of at most 18 hours. Text without an offset is UTC, never the time
 *       zone of the machine; a date alone is its first moment in UTC; a year beyond 9999 has a plus, one before 0000 a
 *       minus;
 *   <li>a number that is an integer of at most 64 bits ({@code 1739529000000}, {@code 1739529000000.0}): milliseconds
 *       since 1970. Seconds are not guessed.
 * </ul>
 */
public final class Times {
    private Times() {}

    /** The time in a field, as an instant in UTC; empty for anything else, the missing field included. Never throws. */
    public static Optional<Instant> read(JsonNode value) {
        if (value.isString()) {
            return IsoTime.exact(value.stringValue());
        }
        if (value.isInt() || value.isLong()) {
            return Optional.of(Instant.ofEpochMilli(value.longValue()));
        }
        return value.isNumber() ? millis(value.decimalValue()) : Optional.empty();
    }

    private static Optional<Instant> millis(BigDecimal number) {
        try {
            return Optional.of(Instant.ofEpochMilli(number.longValueExact()));
        } catch (ArithmeticException e) {
            return Optional.empty(); // a fraction, or beyond 64 bits
        }
    }
}
