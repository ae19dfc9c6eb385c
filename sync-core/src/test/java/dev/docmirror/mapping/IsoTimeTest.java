package dev.docmirror.mapping;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class IsoTimeTest {

    @Test
    void instant_formsOfIso8601_areExact() {
        Map<String, String> forms = Map.ofEntries(
                Map.entry("2026-02-14T10:00:00Z", "2026-02-14T10:00:00Z"),
                Map.entry("2026-02-14t10:00:00z", "2026-02-14T10:00:00Z"),
                Map.entry("2026-02-14 10:00:00", "2026-02-14T10:00:00Z"),
                Map.entry("2026-02-14T10:00", "2026-02-14T10:00:00Z"),
                Map.entry("2026-02-14T10:00Z", "2026-02-14T10:00:00Z"),
                Map.entry("2026-02-14", "2026-02-14T00:00:00Z"),
                Map.entry("2026-02-14T10:00:00.5Z", "2026-02-14T10:00:00.500Z"),
                Map.entry("2026-02-14T10:00:00.000001Z", "2026-02-14T10:00:00.000001Z"),
                Map.entry("2026-02-14T00:30:00+02:00", "2026-02-13T22:30:00Z"),
                Map.entry("2026-02-14T23:30:00-0530", "2026-02-15T05:00:00Z"),
                Map.entry("2026-02-14T10:00:00.25+01", "2026-02-14T09:00:00.250Z"),
                Map.entry("2026-02-14T10:00:00-00:00", "2026-02-14T10:00:00Z"),
                Map.entry("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"),
                Map.entry("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
                Map.entry("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"));
        forms.forEach(
                (text, instant) -> assertThat(IsoTime.instant(text)).as(text).isEqualTo(Instant.parse(instant)));
    }

    @Test
    void instant_finerThanMicroseconds_isCutNotRounded() {
        assertThat(IsoTime.instant("2026-12-31T23:59:59.9999999Z"))
                .isEqualTo(Instant.parse("2026-12-31T23:59:59.999999Z"));
        assertThat(IsoTime.instant("1969-12-31T23:59:59.9999999999999Z"))
                .isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    }

    @Test
    void instant_anythingElse_isRefused() {
        List<String> malformed = List.of(
                "",
                "2026",
                "2026-02",
                "2026-2-14",
                "2026-02-30",
                "2025-02-29T10:00:00Z",
                "2026-13-01T10:00:00Z",
                "2026-02-14T",
                "2026-02-14T10",
                "2026-02-14T1000",
                "2026-02-14T24:00:00Z",
                "2026-02-14T10:60:00Z",
                "2026-02-14T10:00:60Z",
                "2026-02-14T10:00:00.Z",
                "2026-02-14T10:00:00,5Z",
                "2026-02-14T10:00:00ZZ",
                "2026-02-14T10:00:00Z ",
                " 2026-02-14T10:00:00Z",
                "2026-02-14T10:00:00+",
                "2026-02-14T10:00:00+1",
                "2026-02-14T10:00:00+01:",
                "2026-02-14T10:00:00+01:0",
                "2026-02-14T10:00:00+01:60",
                "2026-02-14T10:00:00+24:00",
                "2026-02-14T10:00:00+01:00[Europe/Berlin]",
                "2026-02-14T10:00:00 UTC",
                "+12026-02-14T10:00:00Z",
                "-2026-02-14T10:00:00Z",
                "20260214T100000Z",
                "2026-W07-6",
                "Sat, 14 Feb 2026 10:00:00 GMT",
                "\u0662\u0660\u0662\u0666-02-14",
                "1739527200000");
        for (String text : malformed) {
            assertThatThrownBy(() -> IsoTime.instant(text)).as(text).isInstanceOf(UnfitValue.class);
        }
    }

    @Test
    void instant_everyDayOfFourCenturies_isTheJdksInstant() {
        LocalDate end = LocalDate.of(2200, 1, 1);
        for (LocalDate day = LocalDate.of(1800, 1, 1); day.isBefore(end); day = day.plusDays(1)) {
            String text = day + "T12:34:56.789Z";
            assertThat(IsoTime.instant(text)).isEqualTo(Instant.parse(text));
        }
    }

    @Test
    void date_withATimeOfDay_isRefused() {
        assertThat(IsoTime.date("2024-01-15")).isEqualTo(LocalDate.of(2024, 1, 15));
        for (String text : List.of("2024-01-15T00:00:00Z", "2024-1-15", "15.01.2024", "2024-02-30", "")) {
            assertThatThrownBy(() -> IsoTime.date(text)).as(text).isInstanceOf(UnfitValue.class);
        }
    }
}
