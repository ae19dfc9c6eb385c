package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns the value of a column into the JSON that {@link JsonConversion} makes it of. */
final class ReverseConversion {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ReverseConversion() {}

    static JsonNode convert(ColumnType type, Object cell, boolean millis) {
        Object value = ColumnFit.check(type, normal(type, cell));
        if (value == null) {
            throw new UnfitValue("must have a value");
        }
        JsonNode node = node(type, value, millis);
        Object again = JsonConversion.convert(type, node);
        if (!(value instanceof JsonText) && !value.equals(again)) {
            throw new UnfitValue("can't be turned back exactly");
        }
        return node;
    }

    /** As the mapping would have it. */
    private static Object normal(ColumnType type, Object cell) {
        return switch (type.kind()) {
            case BOOLEAN -> cell instanceof Number number ? bool(number) : cell;
            case JSON -> cell instanceof String text ? JsonConversion.parse(text) : cell;
            case DECIMAL, INTEGER, BIGINT, UNSIGNED_BIGINT ->
                cell instanceof Short || cell instanceof Byte ? (Object) ((Number) cell).longValue() : cell;
            case DATETIME, TIMESTAMP -> cell instanceof LocalDateTime time ? time.toInstant(ZoneOffset.UTC) : cell;
            case VARCHAR, CHAR, TEXT, LONG_TEXT, ENUM, DATE, BINARY -> cell;
        };
    }

    private static Object bool(Number number) {
        long value = number.longValue();
        return value == 0 || value == 1 ? (Object) (value == 1) : number;
    }

    private static JsonNode node(ColumnType type, Object value, boolean millis) {
        if (value instanceof String text) {
            return JSON.stringNode(text);
        }
        if (value instanceof Boolean truth) {
            return JSON.booleanNode(truth);
        }
        if (value instanceof JsonText json) {
            return JsonConversion.tree(json);
        }
        if (value instanceof LocalDate day) {
            return JSON.stringNode(day.toString());
        }
        if (value instanceof Instant time) {
            return millis ? number(millis(time)) : JSON.stringNode(time.toString());
        }
        if (value instanceof Long || value instanceof BigInteger || value instanceof BigDecimal) {
            return number(value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString()));
        }
        throw new UnfitValue("has no form in JSON, its type is " + type.kind());
    }

    private static BigDecimal millis(Instant time) {
        return BigDecimal.valueOf(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000, 3);
    }

    /** As people write it: 5 for 5.00, 100 for 1E+2. */
    private static JsonNode number(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > 0) {
            return JSON.numberNode(plain);
        }
        BigInteger whole = plain.toBigIntegerExact();
        return whole.bitLength() < 64 ? JSON.numberNode(whole.longValueExact()) : JSON.numberNode(whole);
    }
}
