package dev.docmirror.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import dev.docmirror.mapping.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({
        "1969-12-31T23:59:59.999999Z, 1969-12-31 23:59:59.999999",
        "1000-01-01T00:00:00Z, 1000-01-01 00:00:00.000000",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31 23:59:59.999999",
        "2038-01-19T03:14:08Z, 2038-01-19 03:14:08.000000",
        "2024-02-29T12:34:56.000001Z, 2024-02-29 12:34:56.000001",
        "1969-12-31T23:59:59.9999999Z, 1969-12-31 23:59:59.999999",
    })
    void text_instant_isUtcCutToTheMicrosecond(String instant, String text) {
        assertThat(Values.text(Instant.parse(instant))).isEqualTo(text);
    }

    @Test
    void text_decimal_isPlainUnlessItWouldBeHuge() {
        assertThat(Values.text(new BigDecimal("1E+20"))).isEqualTo("100000000000000000000");
        assertThat(Values.text(new BigDecimal("0.00000001"))).isEqualTo("0.00000001");
        assertThat(Values.text(new BigDecimal("1E+999999999"))).isEqualTo("1E+999999999");
        assertThat(Values.text(new BigDecimal("1E-999999999"))).isEqualTo("1E-999999999");
    }

    @Test
    void check_valueThatWouldBeAltered_isRefusedWithoutRepeatingIt() {
        for (Object value : List.of(
                "secret\ud800",
                "\udc00secret",
                "secret\ud83d\ud83d\ude00",
                new JsonText(new byte[] {'s', 'e', 'c', 'r', 'e', 't', (byte) 0xFF}),
                Instant.parse("0999-12-31T23:59:59Z"),
                Instant.MAX,
                Instant.MIN,
                LocalDate.of(999, 1, 1),
                LocalDate.of(10_000, 1, 1),
                0.5d,
                List.of("secret"))) {
            assertThatThrownBy(() -> Values.check(value))
                    .isInstanceOf(UnfitValueException.class)
                    .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("secret"));
        }
    }

    @Test
    void largest_anyValue_isAtLeastTheEstimate() throws UnfitValueException {
        for (Object value : List.of(
                "",
                "x".repeat(5_000),
                "'".repeat(5_000),
                "漢".repeat(5_000),
                "😀".repeat(5_000),
                JsonText.of("\"\\".repeat(5_000)),
                new byte[5_000],
                BigInteger.TEN.pow(900),
                new BigDecimal("1E+1000"))) {
            assertThat(Values.largest(value)).isGreaterThanOrEqualTo(Values.check(value));
        }
        assertThat(Values.largest("'".repeat(5_000))).isGreaterThanOrEqualTo(10_000);
        assertThat(Values.largest("漢".repeat(5_000))).isGreaterThanOrEqualTo(15_000);
    }
}
