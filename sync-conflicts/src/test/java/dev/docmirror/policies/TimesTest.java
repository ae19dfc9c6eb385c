package dev.docmirror.policies;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;

import dev.docmirror.mapping.Times;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

class TimesTest {

    @Example
    void read_isoText_isTheInstantInUtc() {
        Map<String, String> times = Map.ofEntries(
                Map.entry("2026-02-14T10:30:00Z", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14t10:30:00z", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14 10:30:00Z", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14T10:30Z", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14T10:30:00.5Z", "2026-02-14T10:30:00.500Z"),
                Map.entry("2026-02-14T10:30:00.123456789Z", "2026-02-14T10:30:00.123456789Z"),
                Map.entry("2026-02-14T10:30:00+02:00", "2026-02-14T08:30:00Z"),
                Map.entry("2026-02-14T10:30:00+0200", "2026-02-14T08:30:00Z"),
                Map.entry("2026-02-14T10:30:00+02", "2026-02-14T08:30:00Z"),
                Map.entry("2026-02-14T00:30:00-03:30", "2026-02-14T04:00:00Z"),
                Map.entry("2026-02-14T10:30:00+00:00", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14T10:30:00", "2026-02-14T10:30:00Z"),
                Map.entry("2026-02-14T10:30:00.5", "2026-02-14T10:30:00.500Z"),
                Map.entry("2026-02-14", "2026-02-14T00:00:00Z"),
                Map.entry("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
                Map.entry("2024-02-29", "2024-02-29T00:00:00Z"),
                Map.entry("+12026-02-14T10:30:00Z", "+12026-02-14T10:30:00Z"));
        times.forEach(
                (text, instant) -> assertThat(read('"' + text + '"')).as(text).contains(Instant.parse(instant)));
    }

    @Example
    void read_anythingElse_isUnreadable() {
        for (String value : List.of(
                "null",
                "true",
                "{}",
                "[1739529000000]",
                "\"\"",
                "\"now\"",
                "\"1739529000000\"",
                "\"2026-02-14T10:30:00Z \"",
                "\" 2026-02-14\"",
                "\"2026-02-30\"",
                "\"2023-02-29T00:00:00Z\"",
                "\"2026-02-14T24:00:00Z\"",
                "\"2026-02-14T25:00:00Z\"",
                "\"2026-13-14\"",
                "\"20260214T103000Z\"",
                "\"2026-02-14T10:30:00 Z\"",
                "\"2026-02-14T10:30:00+19:00\"",
                "\"2026-02-14T10:30:00.1234567890Z\"",
                "\"2026-02-14T10:30:00[Europe/Berlin]\"",
                "\"2026-02-1410:30:00\"",
                "\"٢٠٢٦-٠٢-١٤\"",
                "\"" + "2026-02-14T10:30:00Z".repeat(1_000) + "\"",
                "1739529000000.5",
                "1e400",
                "1e999999999",
                "1e-999999999",
                "9223372036854775808",
                "-9223372036854775809",
                "123456789012345678901234567890")) {
            assertThat(read(value)).as(value).isEmpty();
        }
        assertThat(Times.read(Leaves.live("1-a", "{}").body().at("/absent"))).isEmpty();
    }

    @Example
    void read_integerInAnyForm_isEpochMilliseconds() {
        Instant expected = Instant.parse("2025-02-14T10:30:00Z");
        for (String number : List.of("1739529000000", "1739529000000.0", "1739529000000.000", "1.739529e12")) {
            assertThat(read(number)).as(number).contains(expected);
        }
        assertThat(read("0")).contains(Instant.EPOCH);
        assertThat(read("-1")).contains(Instant.parse("1969-12-31T23:59:59.999Z"));
        assertThat(read("9223372036854775807")).contains(Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    @Example
    void read_noOffset_isUtcWhateverTheZoneOfTheMachine() {
        TimeZone before = TimeZone.getDefault();
        try {
            for (String zone : List.of("Pacific/Kiritimati", "America/St_Johns")) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                assertThat(read("\"2026-02-14T10:30:00\"")).contains(Instant.parse("2026-02-14T10:30:00Z"));
                assertThat(read("\"2026-02-14\"")).contains(Instant.parse("2026-02-14T00:00:00Z"));
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Property
    void read_textAndMilliseconds_areTheSameInstant(
            @ForAll @LongRange(min = -60_000_000_000_000L, max = 250_000_000_000_000L) long millis,
            @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
        Instant instant = Instant.ofEpochMilli(millis);
        OffsetDateTime local = instant.atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
        String iso = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(local);
        assertThat(read('"' + iso + '"')).contains(instant);
        assertThat(read(Long.toString(millis))).contains(instant);
        assertThat(read(new BigDecimal(millis).setScale(2).toString())).contains(instant);
    }

    private static Optional<Instant> read(String json) {
        return Times.read(Leaves.live("1-a", "{\"at\":" + json + "}").body().at("/at"));
    }
}
