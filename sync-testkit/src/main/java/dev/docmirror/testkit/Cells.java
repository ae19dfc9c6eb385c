package dev.docmirror.testkit;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;

import dev.docmirror.mapping.JsonText;
import org.jspecify.annotations.Nullable;

/** Column values in one form each, so that what was written compares with what a driver reads. */
final class Cells {
    private Cells() {}

    /** Numbers and booleans as a plain decimal, times as instants, bytes as hexadecimal text, JSON as its text. */
    static @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? BigDecimal.ONE : BigDecimal.ZERO;
        } else if (value instanceof Number number) {
            return new BigDecimal(number.toString()).stripTrailingZeros();
        } else if (value instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC);
        } else if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof JsonText json) {
            return new String(json.utf8(), StandardCharsets.UTF_8);
        }
        return value;
    }
}
