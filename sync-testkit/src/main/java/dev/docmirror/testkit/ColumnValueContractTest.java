package dev.docmirror.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;

import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.RowChange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.VALUES;
import static org.assertj.core.api.Assertions.assertThat;

/** What every sink has to keep about values: exact, whatever the time zone of the JVM, or refused; never altered. */
public abstract class ColumnValueContractTest extends MirrorContract {
    private static final BigInteger LONGEST = new BigInteger("123456789012345678901234567890");
    private static final String LONE_SURROGATE = CANARY + "\ud800";

    @Test
    void text_ofAnyKind_isExact() {
        for (String column : List.of("short_text", "long_text")) {
            for (String text : List.of(
                    "",
                    " padded ",
                    "NUL\u0000 inside",
                    "'\"`\\%_;--\n\r\t\u001a",
                    "ü 漢 e\u0301 \u2028 ␠",
                    "😀".repeat(40))) {
                assertRoundTrip(column, text);
            }
            assertRoundTrip(column, null);
        }
        assertRoundTrip("long_text", "x".repeat(100_000));
        assertRoundTrip("choice", "green");
    }

    @Test
    void number_ofAnySize_isExact() {
        assertRoundTrip("amount", LONGEST);
        assertRoundTrip("amount", LONGEST.negate());
        assertRoundTrip("amount", new BigDecimal("-12345678901234567890.0123456789"));
        assertRoundTrip("amount", new BigDecimal("0.1"));
        assertRoundTrip("amount", new BigDecimal("1E+20"));
        assertRoundTrip("amount", 9_007_199_254_740_993L);
        assertRoundTrip("small_number", Integer.MIN_VALUE);
        assertRoundTrip("small_number", 0);
        assertRoundTrip("big_number", Long.MIN_VALUE);
        assertRoundTrip("big_number", Long.MAX_VALUE);
        assertRoundTrip("big_number", BigInteger.valueOf(Long.MAX_VALUE));
        assertRoundTrip("huge_number", new BigInteger("18446744073709551615"));
        assertRoundTrip("flag", true);
        assertRoundTrip("flag", false);
        for (String column : List.of("amount", "small_number", "big_number", "huge_number", "flag")) {
            assertRoundTrip(column, null);
        }
    }

    @Test
    void time_inAnyZoneOfTheJvm_isTheSameInstant() {
        TimeZone before = TimeZone.getDefault();
        try {
            for (String zone : List.of("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati")) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                for (String moment : List.of(
                        "1969-12-31T23:59:59.999999Z",
                        "1900-01-01T00:00:00.000001Z",
                        "2038-01-19T03:14:08Z",
                        "2100-02-28T12:00:00.123456Z",
                        "2024-12-31T23:59:59.999999Z",
                        "2024-03-31T01:30:00Z",
                        "2024-10-27T00:30:00Z",
                        "2024-10-27T01:30:00Z")) {
                    assertRoundTrip("moment", Instant.parse(moment));
                }
                assertRoundTrip("stamp", Instant.parse("2024-10-27T01:30:00.000001Z"));
                assertRoundTrip("stamp", Instant.parse("2024-03-10T06:30:00Z"));
                for (String day : List.of("1931-01-01", "2024-03-31", "2024-10-27", "1999-12-31")) {
                    assertRoundTrip("day", LocalDate.parse(day));
                }
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void time_atTheEndsOfTheRange_isExact() {
        assertRoundTrip("moment", Instant.parse("1000-01-01T00:00:00Z"));
        assertRoundTrip("moment", Instant.parse("9999-12-31T23:59:59.999999Z"));
        assertRoundTrip("day", LocalDate.parse("1000-01-01"));
        assertRoundTrip("day", LocalDate.parse("9999-12-31"));
        assertRoundTrip("stamp", Instant.parse("1970-01-01T00:00:01Z"));
        assertRoundTrip("stamp", Instant.parse("2038-01-19T03:14:07Z"));
        for (String column : List.of("moment", "day", "stamp")) {
            assertRoundTrip(column, null);
        }
    }

    @Test
    void now_inAColumn_isTheDatabasesTimeInUtc() {
        for (String column : List.of("moment", "stamp")) {
            assertThat(write(valueIn(column, MirrorTime.NOW))).isEmpty();
            Object stored = onlyValue(column);
            assertThat(stored).isInstanceOf(Instant.class);
            if (stored instanceof Instant time) {
                assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Duration.ofMinutes(10));
            }
        }
    }

    @Test
    void json_inATextColumn_isTheExactText() {
        assertRoundTrip("long_text", JsonText.of("{ \"b\":1.10, \"a\":" + LONGEST + ",\"b\":\"\\u0000 ü 😀\" }"));
    }

    @Test
    void json_inAJsonColumn_hasTheSameContent() {
        String json = "{\"b\":[1,true,null,-2.5],\"a\":{\"text\":\"\\\" \\\\ \\n ü 😀\"},\"long\":9007199254740993}";
        assertThat(write(valueIn("json", JsonText.of(json)))).isEmpty();
        Object stored = onlyValue("json");
        assertThat(stored).isInstanceOf(String.class);
        assertThat(parsed(String.valueOf(stored))).isEqualTo(parsed(json));
        assertRoundTrip("json", null);
    }

    @Test
    void bytes_ofAnyKind_areExact() {
        assertRoundTrip("raw", new byte[] {0, -1, 39, 92});
        assertRoundTrip("raw", null);
    }

    @Test
    void value_thatDoesNotFit_isRefusedAlone() {
        assertRefused("short_text", CANARY + "x".repeat(40));
        assertRefused("choice", CANARY);
        assertRefused("amount", new BigDecimal("7".repeat(41)));
        assertRefused("small_number", 2_147_483_648L);
        assertRefused("big_number", new BigInteger("9223372036854775808"));
        assertRefused("huge_number", -1);
        assertRefused("day", LocalDate.of(10_000, 1, 1));
        assertRefused("moment", Instant.parse("+10000-01-01T00:00:00Z"));
        assertRefused("stamp", Instant.parse("2040-01-01T00:00:00Z"));
        assertRefused("raw", new byte[] {1, 2, 3, 4, 5});
        assertRefused("required", null);
        assertRefused("json", JsonText.of("{\"" + CANARY + "\":"));
    }

    @Test
    void value_thatUtf8CanNotHold_isRefusedAlone() {
        assertRefused("short_text", LONE_SURROGATE);
        assertRefused("long_text", "\udc00" + CANARY);
    }

    @Test
    void value_ofATypeThatIsNoColumnValue_isRefusedAlone() {
        assertRefused("amount", 0.1d);
        assertRefused("short_text", List.of(CANARY));
    }

    private void assertRoundTrip(String column, @Nullable Object value) {
        assertThat(write(valueIn(column, value))).as("refused in %s", column).isEmpty();
        assertThat(onlyValue(column)).as(column).isEqualTo(Cells.canonical(value));
    }

    private void assertRefused(String column, @Nullable Object value) {
        write(Version.of("one", "3-a"));
        List<DeadLetter> refused = write(Version.of("two", "1-a", row("short_text", "fine")), valueIn(column, value));
        assertThat(refused)
                .as("refused in %s", column)
                .extracting(DeadLetter::id)
                .containsExactly(id("one"));
        assertNoCanary(refused);
        assertThat(column(VALUES, "short_text")).containsExactly("fine");
    }

    private @Nullable Object onlyValue(String column) {
        List<Map<String, @Nullable Object>> rows = mirror().rows(VALUES.table());
        assertThat(rows).hasSize(1);
        return Cells.canonical(rows.get(0).get(column));
    }

    private static Version valueIn(String column, @Nullable Object value) {
        return Version.of("one", "2-a", row(column, value));
    }

    private static RowChange row(String column, @Nullable Object value) {
        @Nullable Object[] values = new @Nullable Object[VALUES.columns().size()];
        Arrays.fill(values, null);
        values[VALUES.columns().indexOf("required")] = "x";
        values[VALUES.columns().indexOf(column)] = value;
        return new RowChange.Put(VALUES, values);
    }

    private static Object parsed(String json) {
        return Documents.version(
                        id("any"), Documents.document("any", "1-a", "{}").revision(), false, json)
                .body();
    }
}
