package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Turns JSON into the value of a column, exactly or not at all. */
final class JsonConversion {
    private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,65}(\\.[0-9]{1,30})?");

    /** More digits than any time in milliseconds that a column takes. */
    private static final int LONGEST_MILLIS = 15;

    private static final int LONGEST_FRACTION = 1_000;

    /** How deep a document may nest is its reader's choice. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private JsonConversion() {}

    static @Nullable Object convert(ColumnType type, JsonNode node) {
        return ColumnFit.check(
                type,
                switch (type.kind()) {
                    case VARCHAR, CHAR, TEXT, LONG_TEXT, ENUM, BINARY -> text(node);
                    case JSON -> new JsonText(JSON.writeValueAsBytes(node));
                    case DECIMAL -> decimal(node);
                    case INTEGER, BIGINT, UNSIGNED_BIGINT -> number(node);
                    case BOOLEAN -> bool(node);
                    case DATE -> IsoTime.date(text(node));
                    case DATETIME, TIMESTAMP -> node.isNumber() ? millis(node) : IsoTime.instant(text(node));
                });
    }

    /** JSON from configuration. */
    static JsonText parse(String json) {
        try {
            JSON.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(json);
            return JsonText.of(json);
        } catch (JacksonException e) {
            throw new UnfitValue("must be JSON");
        }
    }

    /** The tree of a JSON text that is known to be valid; numbers are exact. */
    static JsonNode tree(JsonText json) {
        try {
            return JSON.readerFor(JsonNode.class)
                    .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .readValue(json.utf8());
        } catch (JacksonException e) {
            throw new UnfitValue("must be JSON");
        }
    }

    private static String text(JsonNode node) {
        if (!node.isString()) {
            throw new UnfitValue("must be a string");
        }
        return node.stringValue();
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

    /** Milliseconds since 1970; a fraction of one is cut to microseconds. */
    private static Instant millis(JsonNode node) {
        if (node.isInt() || node.isLong()) {
            return Instant.ofEpochMilli(node.longValue());
        }
        BigDecimal millis = node.decimalValue().stripTrailingZeros();
        // Beyond any range, or so small that it is too long to be written out: 1e400, 1e-999999999.
        if (millis.precision() - (long) millis.scale() > LONGEST_MILLIS || millis.scale() > LONGEST_FRACTION) {
            throw new UnfitValue("out of range");
        }
        long micros = millis.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact();
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
