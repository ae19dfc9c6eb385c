package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType.Kind;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.document;
import static dev.docmirror.mapping.Mapped.refusal;
import static dev.docmirror.mapping.Mapped.value;
import static org.assertj.core.api.Assertions.assertThat;

class ColumnTest {
    private static final String LONGEST = "9".repeat(30);

    @Test
    void from_firstPointerWithAValue_wins() {
        Column cpt = Column.text("cpt", 20).from("/patient/cpt", "/cpt");
        assertThat(value(cpt, "{\"patient\":{\"cpt\":\"A\"},\"cpt\":\"B\"}")).isEqualTo("A");
        assertThat(value(cpt, "{\"patient\":{\"cpt\":null},\"cpt\":\"B\"}")).isEqualTo("B");
        assertThat(value(cpt, "{\"patient\":[],\"cpt\":\"B\"}")).isEqualTo("B");
        assertThat(value(cpt, "{}")).isNull();
    }

    @Test
    void from_valueOfAWrongKindBeforeAGoodOne_isRefusedNotSkipped() {
        Column cpt = Column.text("cpt", 20).from("/patient/cpt", "/cpt");
        assertThat(refusal(cpt, "{\"patient\":{\"cpt\":7},\"cpt\":\"canary\"}"))
                .isEqualTo("column `cpt` of table `things`: must be a string at /patient/cpt");
    }

    @Test
    void from_escapedPointer_findsTheField() {
        assertThat(value(Column.text("x", 9).from("/a~1b/~0c/1"), "{\"a/b\":{\"~c\":[\"no\",\"yes\"]}}"))
                .isEqualTo("yes");
        assertThat(value(Column.text("x", 9).from("/"), "{\"\":\"empty\"}")).isEqualTo("empty");
    }

    @Test
    void required_missingOrNull_isRefused() {
        Column cpt = Column.text("cpt", 20).from("/patient/cpt", "/cpt").required();
        String rule = "column `cpt` of table `things`: required, but missing or null at /patient/cpt, /cpt";
        assertThat(refusal(cpt, "{\"other\":\"canary\"}")).isEqualTo(rule);
        assertThat(refusal(cpt, "{\"patient\":{\"cpt\":null},\"cpt\":null}")).isEqualTo(rule);
        Column hash = Column.derived("hash", ColumnType.of(Kind.CHAR, 64), (document, context) -> null)
                .required();
        assertThat(refusal(hash, "{}")).isEqualTo("column `hash` of table `things`: required, but missing or null");
    }

    @Test
    void orElse_missingOrNull_isTheDefault() {
        assertThat(value(Column.integer("n").from("/n").orElse(1), "{}")).isEqualTo(1L);
        assertThat(value(Column.integer("n").orElse(1).from("/n"), "{\"n\":null}"))
                .isEqualTo(1L);
        assertThat(value(Column.bool("b").from("/b").orElse(true), "{\"b\":false}"))
                .isEqualTo(false);
        assertJson(Column.json("j").from("/j").orElse("[]"), "{}", "[]");
    }

    @Test
    void text_longerThanTheColumn_isRefusedByCharacters() {
        Column text = Column.text("t", 3).from("/t");
        assertThat(value(text, "{\"t\":\"😀😀😀\"}")).isEqualTo("😀😀😀");
        assertThat(value(text, "{\"t\":\"ab \"}")).isEqualTo("ab ");
        assertThat(value(text, "{\"t\":\"\"}")).isEqualTo("");
        assertThat(refusal(text, "{\"t\":\"abcd\"}"))
                .isEqualTo("column `t` of table `things`: longer than 3 characters at /t");
        assertThat(refusal(text, "{\"t\":\"abc \"}")).contains("longer than 3 characters");
        assertThat(refusal(text, "{\"t\":\"😀😀😀😀\"}")).contains("longer than 3 characters");
    }

    @Test
    void text_ofBytes_isMeasuredInBytes() {
        Column text = Column.text("t").from("/t");
        assertThat(value(text, "{\"t\":\"" + "ü".repeat(32_767) + "a\"}")).isNotNull();
        assertThat(refusal(text, "{\"t\":\"" + "ü".repeat(32_768) + "\"}")).contains("longer than 65535 bytes");
        assertThat(value(Column.longText("t").from("/t"), "{\"t\":\"" + "ü".repeat(32_768) + "\"}"))
                .isNotNull();
    }

    @Test
    void text_unpairedSurrogate_isRefused() {
        for (String half : List.of("\\ud800", "\\udc00", "\\udc00\\ud800", "canary\\udbffx")) {
            String json = "{\"t\":\"" + half + "\"}";
            assertThat(refusal(Column.longText("t").from("/t"), json)).contains("unpaired surrogate");
            assertThat(refusal(Column.json("t").from("/t"), json)).contains("unpaired surrogate");
            assertThat(refusal(Column.rawDocument("t"), json)).contains("unpaired surrogate");
        }
        assertThat(value(Column.text("t", 1).from("/t"), "{\"t\":\"\\ud83d\\ude00\"}"))
                .isEqualTo("😀");
    }

    @Test
    void text_otherKindOfJson_isRefused() {
        for (String other : List.of("1", "1.5", "true", "{}", "[]", "[\"canary\"]", "{\"a\":\"canary\"}")) {
            assertThat(refusal(Column.text("t", 20).from("/t"), "{\"t\":" + other + "}"))
                    .isEqualTo("column `t` of table `things`: must be a string at /t");
        }
    }

    @Test
    void char_otherLengthOrTrailingSpace_isRefused() {
        Column code = Column.of("code", ColumnType.of(Kind.CHAR, 3)).from("/code");
        assertThat(value(code, "{\"code\":\"a😀c\"}")).isEqualTo("a😀c");
        assertThat(refusal(code, "{\"code\":\"abcd\"}")).contains("longer than 3 characters");
        for (String other : List.of("ab", "ab ", "")) {
            assertThat(refusal(code, "{\"code\":\"" + other + "\"}")).contains("must have 3 characters");
        }
    }

    @Test
    void enumeration_otherValue_isRefused() {
        Column gender = Column.enumeration("gender", "male", "female").from("/gender");
        assertThat(value(gender, "{\"gender\":\"male\"}")).isEqualTo("male");
        for (String other : List.of("\"Male\"", "\"canary\"", "\"\"", "\"male \"")) {
            assertThat(refusal(gender, "{\"gender\":" + other + "}"))
                    .isEqualTo("column `gender` of table `things`: must be one of [male, female] at /gender");
        }
        assertThat(refusal(gender, "{\"gender\":1}")).contains("must be a string");
    }

    @Test
    void bool_onlyTrueAndFalse_areTaken() {
        Column flag = Column.bool("flag").from("/flag");
        assertThat(value(flag, "{\"flag\":true}")).isEqualTo(true);
        assertThat(value(flag, "{\"flag\":false}")).isEqualTo(false);
        for (String other : List.of("0", "1", "\"true\"", "[]")) {
            assertThat(refusal(flag, "{\"flag\":" + other + "}"))
                    .isEqualTo("column `flag` of table `things`: must be true or false at /flag");
        }
    }

    @Test
    void integer_ofItsRange_isExact() {
        assertNumber(Column.integer("n"), "2147483647", 2_147_483_647L);
        assertNumber(Column.integer("n"), "-2147483648", -2_147_483_648L);
        assertNumber(Column.integer("n"), "100.0", 100L);
        assertNumber(Column.integer("n"), "1e2", 100L);
        assertNumber(Column.integer("n"), "-0.0", 0L);
        assertNumber(Column.bigint("n"), "9223372036854775807", Long.MAX_VALUE);
        assertNumber(Column.bigint("n"), "-9223372036854775808", Long.MIN_VALUE);
        Column unsigned = Column.of("n", ColumnType.of(Kind.UNSIGNED_BIGINT));
        assertThat(value(unsigned.from("/n"), "{\"n\":18446744073709551615}"))
                .isEqualTo(new BigInteger("18446744073709551615"));
    }

    @Test
    void integer_outsideItsRangeOrWithAFraction_isRefused() {
        assertRefused(
                Column.integer("n"), "out of range", "2147483648", "-2147483649", LONGEST, "1e400", "1E+999999999");
        assertRefused(Column.bigint("n"), "out of range", "9223372036854775808", LONGEST);
        Column unsigned = Column.of("n", ColumnType.of(Kind.UNSIGNED_BIGINT));
        assertRefused(unsigned, "out of range", "-1", "18446744073709551616");
        assertRefused(Column.integer("n"), "must be a whole number", "1.5", "1e-400", "1E-999999999");
        assertRefused(Column.integer("n"), "must be a number", "\"1\"", "true", "{}", "[1]");
    }

    @Test
    void decimal_ofItsDigits_isExact() {
        Column weight = Column.decimal("w", 5, 2);
        assertDecimal(weight, "12.5", "12.50");
        assertDecimal(weight, "999.99", "999.99");
        assertDecimal(weight, "-999.99", "-999.99");
        assertDecimal(weight, "12.500000", "12.50");
        assertDecimal(weight, "1e2", "100.00");
        assertDecimal(weight, "7", "7.00");
        assertDecimal(weight, "0E+999999", "0.00");
        assertDecimal(weight, "\"12.5\"", "12.50");
        assertDecimal(Column.decimal("w", 65, 30), LONGEST + "." + LONGEST, LONGEST + "." + LONGEST);
        assertDecimal(Column.decimal("w", 20, 20), "0.1", "0.10000000000000000000");
    }

    @Test
    void decimal_moreDigits_isRefusedNotRounded() {
        Column weight = Column.decimal("w", 5, 2);
        assertRefused(weight, "has more than 2 digits behind the point", "12.345", "0.001", "1e-400", "1E-999999999");
        assertRefused(
                weight, "has more than 3 digits before the point", "1000", "-1000.5", "1e3", "1E+999999999", LONGEST);
        assertRefused(weight, "must be a number", "\"12,5\"", "\"1e2\"", "\" 12\"", "\"canary\"", "true", "[]");
    }

    @Test
    void date_isoText_isTheDay() {
        Column day = Column.date("d").from("/d");
        assertThat(value(day, "{\"d\":\"2024-01-15\"}")).isEqualTo(LocalDate.of(2024, 1, 15));
        assertThat(value(day, "{\"d\":\"1900-02-28\"}")).isEqualTo(LocalDate.of(1900, 2, 28));
        assertRefused(Column.date("d"), "must be an ISO 8601 date", "\"canary\"", "\"2024-01-15T00:00:00Z\"");
        assertRefused(Column.date("d"), "must be in the years 1000 to 9999", "\"0999-12-31\"", "\"0000-01-01\"");
        assertRefused(Column.date("d"), "must be a string", "20240115", "1739527200000");
    }

    @Test
    void time_isoTextAndMilliseconds_areTheSameInstant() {
        Instant instant = Instant.parse("2025-02-14T10:00:00Z");
        for (Column time :
                List.of(Column.timestamp("t").from("/t"), Column.dateTime("t").from("/t"))) {
            assertThat(value(time, "{\"t\":1739527200000}")).isEqualTo(instant);
            assertThat(value(time, "{\"t\":1739527200000.0}")).isEqualTo(instant);
            assertThat(value(time, "{\"t\":\"2025-02-14T10:00:00Z\"}")).isEqualTo(instant);
            assertThat(value(time, "{\"t\":\"2025-02-14T12:00:00+02:00\"}")).isEqualTo(instant);
            assertThat(value(time, "{\"t\":\"2025-02-14T10:00:00\"}")).isEqualTo(instant);
        }
    }

    @Test
    void time_fractionsOfMilliseconds_areCutToMicroseconds() {
        Column time = Column.dateTime("t").from("/t");
        assertThat(value(time, "{\"t\":1739527200000.1239}")).isEqualTo(Instant.parse("2025-02-14T10:00:00.000123Z"));
        assertThat(value(time, "{\"t\":-0.0001}")).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
        assertThat(value(time, "{\"t\":-1}")).isEqualTo(Instant.parse("1969-12-31T23:59:59.999Z"));
        assertThat(value(time, "{\"t\":\"9999-12-31T23:59:59.9999999Z\"}"))
                .isEqualTo(Instant.parse("9999-12-31T23:59:59.999999Z"));
    }

    @Test
    void time_outsideTheRange_isRefused() {
        assertRefused(
                Column.timestamp("t"),
                "must be from 1970 to January 2038",
                "0",
                "999",
                "-1",
                "\"2038-01-19T03:14:08Z\"",
                "9223372036854775807");
        assertRefused(
                Column.dateTime("t"),
                "must be in the years 1000 to 9999",
                "\"0999-12-31T23:59:59.999999Z\"",
                "253402300800000",
                "-9223372036854775808");
        assertRefused(Column.dateTime("t"), "out of range", LONGEST, "1e400", "1E+999999999", "1E-999999999");
        assertRefused(Column.dateTime("t"), "must be an ISO 8601 time", "\"canary\"", "\"\"", "\"1739527200000\"");
        assertRefused(Column.dateTime("t"), "must be a string", "true", "{}", "[]");
        assertThat(value(Column.timestamp("t").from("/t"), "{\"t\":1000}")).isEqualTo(Instant.ofEpochSecond(1));
    }

    @Test
    void json_anyPart_keepsOrderAndNumbers() {
        String part = "{\"z\":123456789012345678901234567890,\"a\":[1.10,1E+2,0.1,true,null,\"ü😀\\n\"]}";
        assertJson(Column.json("j").from("/j"), "{\"j\":" + part + "}", part);
        assertJson(Column.json("j").from("/j"), "{\"j\":\"text\"}", "\"text\"");
        assertJson(Column.json("j").from("/j"), "{\"j\":0}", "0");
        assertJson(Column.json("j").from(""), "{ \"j\" : [ ] }", "{\"j\":[]}");
        assertThat(value(Column.json("j").from("/j"), "{\"j\":null}")).isNull();
    }

    @Test
    void raw_document_isTheSourcesOwnBytes() {
        String json = "{ \"_id\":\"doc:1\", \"n\" : 1.10, \"e\":\"\\u00fc\" }";
        assertJson(Column.rawDocument("raw"), json, json);
        assertJson(Column.rawText("raw"), json, json);
        assertThat(Mapped.definition(Column.rawText("raw")).type()).isEqualTo(ColumnType.of(Kind.LONG_TEXT));
        String half = "{\"half\":\"\\udc00\"}";
        assertJson(Column.rawText("raw"), half, half);
    }

    @Test
    void raw_documentThatCanNotBeRead_isRefused() {
        assertThat(refusal(Column.rawText("raw"), "{\"canary\":")).contains("not valid JSON");
    }

    @Test
    void derived_valueThatDoesNotFit_isRefused() {
        assertThat(value(derived(ColumnType.of(Kind.INTEGER), 25), "{}")).isEqualTo(25L);
        assertThat(value(derived(ColumnType.decimal(5, 2), 3), "{}")).isEqualTo(new BigDecimal("3.00"));
        assertThat(refusal(derived(ColumnType.of(Kind.INTEGER), 1L << 40), "{}"))
                .isEqualTo("column `x` of table `things`: out of range");
        assertThat(refusal(derived(ColumnType.of(Kind.INTEGER), 1.0), "{}")).contains("must be a number");
        assertThat(refusal(derived(ColumnType.decimal(5, 2), 1.5f), "{}")).contains("must be a number");
        assertThat(refusal(derived(ColumnType.of(Kind.VARCHAR, 5), "canary"), "{}"))
                .contains("longer than 5");
        assertThat(refusal(derived(ColumnType.of(Kind.VARCHAR, 50), JsonText.of("1")), "{}"))
                .contains("must be text");
        assertThat(refusal(derived(ColumnType.of(Kind.VARCHAR, 50), MirrorTime.NOW), "{}"))
                .contains("must be text");
        assertThat(refusal(derived(ColumnType.of(Kind.BINARY, 4), new byte[3]), "{}"))
                .contains("must have 4 bytes");
        assertThat(refusal(derived(ColumnType.of(Kind.JSON), "{}"), "{}")).contains("must be JSON");
    }

    @Test
    void derived_ruleThatFails_isNamedWithoutItsMessage() {
        Column failing = Column.derived("x", ColumnType.of(Kind.INTEGER), (document, context) -> {
            throw new IllegalStateException("canary");
        });
        assertThat(refusal(failing, "{}"))
                .isEqualTo("column `x` of table `things`: its rule failed with java.lang.IllegalStateException");
        Column refusing = Column.derived("x", ColumnType.of(Kind.INTEGER), (document, context) -> {
            throw new MappingException(document.id(), "x: no such thing");
        });
        assertThat(refusal(refusing, "{}")).isEqualTo("x: no such thing");
    }

    @Test
    void ofTheVersion_columns_haveIt() {
        assertThat(value(Column.revision("rev"), "{}")).isEqualTo("1-a");
        assertThat(value(Column.mirroredAt("at"), "{}")).isEqualTo(MirrorTime.NOW);
        assertThat(value(Column.constant("user_id", ColumnType.of(Kind.UNSIGNED_BIGINT), 1), "{}"))
                .isEqualTo(1L);
        assertThat(value(Column.text("id", 50).from("/_id"), "{\"_id\":\"doc:1\"}"))
                .isEqualTo("doc:1");
    }

    @Test
    void map_sameDocumentTwice_givesEqualRows() {
        TableMapping mapping = Mapped.table(
                Column.text("t", 20).from("/t"),
                Column.decimal("d", 10, 3).from("/d"),
                Column.dateTime("at").from("/at"),
                Column.json("j").from("/j"),
                Column.rawText("raw"));
        String json = "{\"t\":\"x\",\"d\":1.25,\"at\":1739527200000,\"j\":{\"b\":1,\"a\":[1.0]}}";
        assertThat(Mapped.values(mapping, document(json)))
                .usingRecursiveComparison()
                .isEqualTo(Mapped.values(mapping, document(json)));
    }

    private static Column derived(ColumnType type, Object value) {
        return Column.derived("x", type, (document, context) -> value);
    }

    private static void assertNumber(Column column, String number, long expected) {
        assertThat(((Number) value(column.from("/n"), "{\"n\":" + number + "}")).longValue())
                .as(number)
                .isEqualTo(expected);
    }

    private static void assertDecimal(Column column, String number, String expected) {
        assertThat(value(column.from("/w"), "{\"w\":" + number + "}"))
                .as(number)
                .isEqualTo(new BigDecimal(expected));
    }

    private static void assertJson(Column column, String document, String expected) {
        JsonText json = (JsonText) value(column, document);
        assertThat(new String(json.utf8(), StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    private static void assertRefused(Column column, String rule, String... values) {
        for (String value : values) {
            assertThat(refusal(column.from("/v"), "{\"v\":" + value + "}"))
                    .as(value)
                    .startsWith("column `" + column.name() + "` of table `things`: ")
                    .endsWith(" at /v")
                    .contains(rule);
        }
    }
}
