package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType.Kind;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReverseMappingTest {
    private static final DocumentId ID = DocumentId.of("rx-1");
    private static final TableMapping PRESCRIPTIONS = TableMapping.builder("prescriptions")
            .key("id", 40)
            .column(Column.text("cpt", 20).from("/patient/cpt", "/cpt").required())
            .column(Column.decimal("dose", 10, 2).from("/dose"))
            .column(Column.bool("urgent").from("/urgent"))
            .column(Column.date("day").from("/day"))
            .column(Column.timestamp("at").from("/meta/at"))
            .column(Column.bigint("count").from("/count"))
            .column(Column.json("extra").from("/extra"))
            .column(Column.rawDocument("raw"))
            .column(Column.revision("rev"))
            .column(Column.mirroredAt("mirrored_at"))
            .column(Column.createdAt("created_at"))
            .children(ChildMapping.builder("medications", "/rx/list")
                    .key("id", 40)
                    .column(Column.text("name", 50).from("/name").required())
                    .column(Column.integer("days").from("/days").orElse(30))
                    .column(Column.text("cpt", 20).fromDocument("/patient/cpt"))
                    .build())
            .build();

    private final ReverseMapping reverse = ReverseMapping.of(PRESCRIPTIONS, "raw");

    @Test
    void document_everyKindOfColumn_isWhereTheMappingLooksFirst() {
        Map<String, Object> row = row();
        List<Map<String, Object>> medications =
                List.of(Map.of("NAME", "Ibuprofen", "days", 7), Map.of("name", "b", "days", (short) 30));
        assertThat(reverse.document(ID, row, Map.of("medications", medications)))
                .hasToString("{\"patient\":{\"cpt\":\"C1\"},\"dose\":2.5,\"urgent\":true,\"day\":\"2024-02-29\","
                        + "\"meta\":{\"at\":\"2024-01-15T10:30:00.123456Z\"},\"count\":100,"
                        + "\"extra\":{\"n\":1.50,\"long\":123456789012345678901234567890},"
                        + "\"rx\":{\"list\":[{\"name\":\"Ibuprofen\",\"days\":7},{\"name\":\"b\",\"days\":30}]}}");
    }

    @Test
    void document_timesAsMillis_areNumbers() {
        Map<String, Object> row = row();
        assertThat(reverse.millis("at").document(ID, row, none()).at("/meta/at"))
                .hasToString("1705314600123.456");
        row.put("at", Instant.parse("2024-01-15T10:30:00Z"));
        assertThat(reverse.millis("AT").document(ID, row, none()).at("/meta/at"))
                .hasToString("1705314600000");
    }

    @Test
    void document_nullColumns_areLeftOut() {
        Map<String, Object> row = row();
        row.replaceAll((column, value) -> column.equals("cpt") ? value : null);
        assertThat(reverse.document(ID, row, none()))
                .hasToString("{\"patient\":{\"cpt\":\"C1\"},\"rx\":{\"list\":[]}}");
    }

    @Test
    void mergePatch_nullColumns_takeTheFieldsOut() {
        Map<String, Object> row = row();
        row.replaceAll((column, value) -> column.equals("cpt") || column.equals("dose") ? value : null);
        assertThat(reverse.mergePatch(ID, row, none()))
                .hasToString("{\"patient\":{\"cpt\":\"C1\"},\"cpt\":null,\"dose\":2.5,\"urgent\":null,\"day\":null,"
                        + "\"meta\":{\"at\":null},\"count\":null,\"extra\":null,\"rx\":{\"list\":[]}}");
        assertThatThrownBy(() -> reverse.mergePatch(ID, row(), none()))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("column `extra`: is a JSON object");
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // what careless hosts read
    void document_valueTheMappingWouldRefuse_isRefusedWithoutTheValue() {
        Map<String, Object> wrong = Map.of(
                "cpt",
                "canary".repeat(9),
                "dose",
                new BigDecimal("1.005"),
                "urgent",
                2,
                "day",
                new Date(),
                "at",
                "2024-01-15",
                "count",
                1.5,
                "extra",
                "{\"canary\":");
        wrong.forEach((column, value) -> {
            Map<String, Object> row = row();
            row.put(column, value);
            assertThatThrownBy(() -> reverse.document(ID, row, none()))
                    .isInstanceOf(MappingException.class)
                    .hasMessageStartingWith("table `prescriptions`: column `" + column + "`: ")
                    .hasMessageNotContaining("canary");
        });
    }

    @Test
    void document_columnOrTableNotRead_isRefused() {
        Map<String, Object> row = row();
        row.remove("dose");
        assertThatThrownBy(() -> reverse.document(ID, row, none()))
                .hasMessage("table `prescriptions`: column `dose` is missing in the row");
        assertThatThrownBy(() -> reverse.document(ID, row(), Map.of())).hasMessageContaining("its rows are missing");
        assertThatThrownBy(() -> reverse.document(ID, row(), Map.of("medications", List.of(), "other", List.of())))
                .hasMessageContaining("[other]: are no child tables");
        assertThatThrownBy(() -> reverse.document(ID, row(), Map.of("medications", List.of(Map.of("name", "a")))))
                .hasMessage("table `medications`, row 0: column `days` is missing in the row");
    }

    @Test
    void of_whatCanNotBeTurnedBack_isNamedWithTheReason() {
        Column plain = Column.text("plain", 9).from("/a");
        assertFault("raw is computed", Column.rawDocument("raw"), plain);
        assertFault("fixed is computed", Column.constant("fixed", ColumnType.of(Kind.BOOLEAN), true), plain);
        assertFault("who is computed", Column.identity("who", "crm").from("/who"), plain);
        assertFault(
                "first comes from an element of an array at /list/0",
                Column.text("first", 9).from("/list/0"));
        assertFault("all is the whole document", Column.json("all").from(""));
        assertFault(
                "plain is written where column other is looked for, at /a",
                plain,
                Column.text("other", 9).from("/b", "/a/c"));
        assertThatThrownBy(() -> ReverseMapping.of(PRESCRIPTIONS, "raw", "nothing"))
                .hasMessage("column nothing: is none of prescriptions");
        TableMapping child = TableMapping.builder("p")
                .key("id", 9)
                .column(Column.json("list").from("/list"))
                .children(ChildMapping.builder("c", "/list")
                        .key("id", 9)
                        .column(Column.text("uid", 9).fromDocument("/uid"))
                        .build())
                .build();
        assertThatThrownBy(() -> ReverseMapping.of(child)).hasMessageContaining("overlaps an array of child rows");
        assertThatThrownBy(() -> ReverseMapping.of(child, "list")).hasMessageContaining("uid comes from the document");
        assertThat(ReverseMapping.of(child, "list", "c.uid").document(ID, Map.of(), Map.of("c", List.of(Map.of()))))
                .hasToString("{\"list\":[{}]}");
    }

    @Test
    void document_childRowsOfScalars_areTheElements() {
        TableMapping tags = TableMapping.builder("notes")
                .key("id", 9)
                .children(ChildMapping.builder("tags", "/tags")
                        .key("id", 9)
                        .column(Column.text("tag", 9).from(""))
                        .build())
                .build();
        Map<String, Object> none = new HashMap<>();
        none.put("tag", null);
        assertThat(ReverseMapping.of(tags).document(ID, Map.of(), Map.of("tags", List.of(Map.of("tag", "a"), none))))
                .hasToString("{\"tags\":[\"a\",null]}");
    }

    private static void assertFault(String reason, Column... columns) {
        assertThatThrownBy(() -> ReverseMapping.of(table(columns)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column " + reason);
    }

    private static Map<String, List<Map<String, Object>>> none() {
        return Map.of("medications", List.of());
    }

    private static Map<String, Object> row() {
        Map<String, Object> row = new HashMap<>();
        row.put("cpt", "C1");
        row.put("dose", new BigDecimal("2.50"));
        row.put("urgent", 1);
        row.put("day", LocalDate.of(2024, 2, 29));
        row.put("at", LocalDateTime.parse("2024-01-15T10:30:00.123456"));
        row.put("count", 100L);
        row.put("extra", "{\"n\":1.50,\"long\":123456789012345678901234567890}");
        return row;
    }
}
