package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns JSON into the value of a column, exactly or not at all. */
final class JsonConversion {
    private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,65}(\\.[0-9]{1,30})?");
    private static final int LONGEST_TIME = 40;

    private JsonConversion() {}

    static @Nullable Object convert(ColumnType type, JsonNode node) {
        return ColumnFit.check(
                type,
                switch (type.kind()) {
                    case VARCHAR, CHAR, TEXT, LONG_TEXT, ENUM, BINARY -> text(node);
                    case JSON -> json(node);
                    case DECIMAL -> decimal(node);
                    case INTEGER, BIGINT, UNSIGNED_BIGINT -> number(node);
                    case BOOLEAN -> bool(node);
                    case DATE -> date(node);
                    case DATETIME, TIMESTAMP -> time(node);
                });
    }

    private static String text(JsonNode node) {
        if (!node.isString()) {
            throw new UnfitValue("must be a string");
        }
        return node.stringValue();
    }

    private static JsonText json(JsonNode node) {
        String json = node.toString();
        if (ColumnFit.hasUnpairedSurrogate(json)) {
            throw new UnfitValue("has an unpaired surrogate, which no database can keep");
        }
        return JsonText.of(json);
    }

    private static Boolean bool(JsonNode node) {
        if (!node.isBoolean()) {
            throw new UnfitValue("must be true or false");
        }
        return node.booleanValue();
    }

    private static Object number(JsonNode node) {
        if (node.isInt() || node.isLong()) {
            return node.longValue();
        }
        if (!node.isNumber()) {
            throw new UnfitValue("must be a number");
        }
        return node.decimalValue();
    }

    private static Object decimal(JsonNode node) {
        if (node.isString() && DIGITS.matcher(node.stringValue()).matches()) {
            return new BigDecimal(node.stringValue());
        }
        return number(node);
    }

    private static LocalDate date(JsonNode node) {
        try {
            return LocalDate.parse(text(node));
        } catch (DateTimeException e) {
            throw new UnfitValue("must be an ISO 8601 date");
        }
    }

    private static Instant time(JsonNode node) {
        if (node.isNumber()) {
            Object millis = ColumnFit.check(ColumnType.of(ColumnType.Kind.BIGINT), number(node));
            if (millis instanceof Long value) {
                return Instant.ofEpochMilli(value);
            }
        }
        String text = text(node);
        try {
            if (text.length() > LONGEST_TIME) {
                throw new DateTimeException("too long");
            }
            return parse(text);
        } catch (DateTimeException e) {
            throw new UnfitValue("must be an ISO 8601 time or milliseconds since 1970");
        }
    }

    private static Instant parse(String text) {
        TemporalAccessor parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                text.length() == 10 ? text + "T00:00:00" : text, OffsetDateTime::from, LocalDateTime::from);
        return parsed instanceof OffsetDateTime offset
                ? offset.toInstant()
                : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
    }
}
