package dev.docmirror.policies;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/** Reads points in time as documents write them: ISO 8601 text and epoch milliseconds, as instants in UTC. */
final class Times {
    private static final int DATE_LENGTH = 10;
    private static final int LONGEST = 64;

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .parseLenient()
            // Leniently, the pattern of hours alone takes minutes, too, with a colon or without.
            .appendOffset("+HH", "Z")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private Times() {}

    /** The time in a field; empty where there is none that can be read, the missing field included. */
    static Optional<Instant> read(JsonNode value) {
        if (value.isString()) {
            return text(value.stringValue());
        }
        return value.isNumber() ? millis(value.decimalValue()) : Optional.empty();
    }

    private static Optional<Instant> text(String text) {
        if (text.length() < DATE_LENGTH || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String iso = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' '
                    ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1)
                    : text;
            return Optional.of(instant(ISO.parseBest(iso, OffsetDateTime::from, LocalDateTime::from, LocalDate::from)));
        } catch (DateTimeException e) {
            // Unreadable is an answer here; the exception's message quotes the text.
            return Optional.empty();
        }
    }

    private static Instant instant(TemporalAccessor time) {
        if (time instanceof OffsetDateTime exact) {
            return exact.toInstant();
        } else if (time instanceof LocalDateTime local) {
            return local.toInstant(ZoneOffset.UTC);
        }
        return LocalDate.from(time).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Optional<Instant> millis(BigDecimal number) {
        try {
            return Optional.of(Instant.ofEpochMilli(number.longValueExact()));
        } catch (ArithmeticException e) {
            // A fraction, or beyond 64 bits.
            return Optional.empty();
        }
    }
}
