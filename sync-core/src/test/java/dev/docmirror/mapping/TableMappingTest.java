package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout.KeyForm;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TableMappingTest {
    private static final MappingContext CONTEXT = new MappingContext(StreamId.of("s"), Optional.empty());

    private static Document document(String json) {
        return version(json, false);
    }

    private static Document version(String json, boolean deleted) {
        return new Document(
                DocumentId.of("d"),
                Revision.of("1-a"),
                deleted,
                json.getBytes(StandardCharsets.UTF_8),
                DocumentReader.defaults());
    }

    /** What a column makes of {@code {"v": json}}. */
    private static Object value(Column column, String json) {
        TableMapping mapping =
                TableMapping.builder("t").key("k", 10).column(column).build();
        Mapping.Rows rows = (Mapping.Rows) mapping.map(document("{\"v\":" + json + "}"), CONTEXT);
        return ((RowChange.Put) rows.rows().get(0)).values()[0];
    }

    private static void refused(Column column, String json, String reason) {
        assertThatThrownBy(() -> value(column, json))
                .as("%s from %s", column.name(), json)
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("`c`")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("canary");
    }

    @Test
    void text_fitsByCharacters_elseIsRefused() {
        Column column = Column.text("c", 3).from("/v");
        assertThat(value(column, "\"abc\"")).isEqualTo("abc");
        assertThat(value(column, "\"😀😀😀\"")).isEqualTo("😀😀😀");
        assertThat(value(column, "\"a\\u0000b\"")).isEqualTo("a\0b");
        assertThat(value(column, "null")).isNull();
        refused(column, "\"canary\"", "longer than 3 characters");
        refused(column, "7", "must be a string");
        refused(column, "{\"canary\":1}", "must be a string");
        refused(column, "\"\\ud83d\"", "unpaired surrogate");
        refused(column, "\"\\ude00a\"", "unpaired surrogate");
    }

    @Test
    void integers_areExactAndInRange() {
        Column integer = Column.integer("c").from("/v");
        assertThat(value(integer, "2147483647")).isEqualTo(2147483647L);
        assertThat(value(integer, "100.0")).isEqualTo(100L);
        assertThat(value(integer, "1e3")).isEqualTo(1000L);
        refused(integer, "2147483648", "out of range");
        refused(integer, "1.5", "whole number");
        refused(integer, "1e400", "out of range");
        refused(integer, "\"5\"", "must be a number");
        refused(integer, "true", "must be a number");
        Column bigint = Column.bigint("c").from("/v");
        assertThat(value(bigint, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        refused(bigint, "123456789012345678901234567890", "out of range");
        Column unsigned =
                Column.of("c", ColumnType.of(ColumnType.Kind.UNSIGNED_BIGINT)).from("/v");
        assertThat(value(unsigned, "18446744073709551615")).isEqualTo(new BigInteger("18446744073709551615"));
        refused(unsigned, "-1", "out of range");
    }

    @Test
    void decimals_areNeverRounded() {
        Column column = Column.decimal("c", 5, 2).from("/v");
        assertThat(value(column, "12.5")).isEqualTo(new BigDecimal("12.50"));
        assertThat(value(column, "999.99")).isEqualTo(new BigDecimal("999.99"));
        assertThat(value(column, "1.1000000")).isEqualTo(new BigDecimal("1.10"));
        assertThat(value(column, "\"0.01\"")).isEqualTo(new BigDecimal("0.01"));
        assertThat(value(column, "0")).isEqualTo(new BigDecimal("0.00"));
        refused(column, "1.005", "behind the point");
        refused(column, "1000", "before the point");
        refused(column, "1e400", "before the point");
        refused(column, "1e-400", "behind the point");
        refused(column, "\"canary\"", "must be a number");
    }

    @Test
    void booleans_areTrueAndFalseOnly() {
        Column column = Column.bool("c").from("/v");
        assertThat(value(column, "true")).isEqualTo(true);
        refused(column, "1", "true or false");
        refused(column, "\"true\"", "true or false");
    }

    @Test
    void enumerations_knowTheirMembers() {
        Column column = Column.enumeration("c", "red", "green").from("/v");
        assertThat(value(column, "\"red\"")).isEqualTo("red");
        refused(column, "\"canary\"", "must be one of [red, green]");
        refused(column, "\"Red\"", "must be one of");
    }

    @Test
    void times_isoAndEpochMilliseconds_areTheSameInstant() {
        Column column = Column.dateTime("c").from("/v");
        Instant expected = Instant.parse("2026-02-14T10:00:00.123Z");
        assertThat(value(column, "\"2026-02-14T10:00:00.123Z\"")).isEqualTo(expected);
        assertThat(value(column, "\"2026-02-14T12:00:00.123+02:00\"")).isEqualTo(expected);
        assertThat(value(column, "\"2026-02-14T10:00:00.123\"")).isEqualTo(expected);
        assertThat(value(column, String.valueOf(expected.toEpochMilli()))).isEqualTo(expected);
        assertThat(value(column, expected.toEpochMilli() + ".0")).isEqualTo(expected);
        assertThat(value(column, "\"2026-02-14\"")).isEqualTo(Instant.parse("2026-02-14T00:00:00Z"));
        assertThat(value(column, "-1")).isEqualTo(Instant.parse("1969-12-31T23:59:59.999Z"));
        assertThat(value(column, "\"2099-12-31T23:59:59.999999Z\""))
                .isEqualTo(Instant.parse("2099-12-31T23:59:59.999999Z"));
        refused(column, "\"canary\"", "ISO 8601");
        refused(column, "\"2026-02-30T10:00:00Z\"", "ISO 8601");
        refused(column, "\"0999-12-31T10:00:00Z\"", "years 1000 to 9999");
        refused(column, "1e30", "out of range");
        refused(column, "[]", "must be a string");
        refused(Column.timestamp("c").from("/v"), "\"2039-01-01T00:00:00Z\"", "2038");
        refused(Column.timestamp("c").from("/v"), "-1", "1970");
    }

    @Test
    void dates_areIsoDays() {
        Column column = Column.date("c").from("/v");
        assertThat(value(column, "\"2024-02-29\"")).isEqualTo(LocalDate.of(2024, 2, 29));
        refused(column, "\"2023-02-29\"", "ISO 8601 date");
        refused(column, "1708000000000", "must be a string");
    }

    @Test
    void json_keepsNumbersExact() {
        Column column = Column.json("c").from("/v");
        JsonText json = (JsonText) value(column, "{\"n\":123456789012345678901234567890,\"d\":1.10}");
        assertThat(new String(json.utf8(), StandardCharsets.UTF_8))
                .isEqualTo("{\"n\":123456789012345678901234567890,\"d\":1.10}");
        assertThat(json.toString()).doesNotContain("123");
        refused(column, "\"\\ud83d\"", "unpaired surrogate");
    }

    @Test
    void rawText_isTheSourcesOwnText() {
        String text = "{ \"v\" : 1e400,\n\"b\":\"\\ud800\" }";
        TableMapping mapping = TableMapping.builder("t")
                .key("k", 10)
                .column(Column.rawText("raw"))
                .build();
        Mapping.Rows rows = (Mapping.Rows) mapping.map(document(text), CONTEXT);
        JsonText raw = (JsonText) ((RowChange.Put) rows.rows().get(0)).values()[0];
        assertThat(new String(raw.utf8(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void pointers_firstFoundCounts_nullIsMissing_aWrongOneIsNotSkipped() {
        Column column = Column.text("c", 9).from("/a/b", "/v").orElse("none");
        assertThat(value(column, "\"x\"")).isEqualTo("x");
        assertThat(value(column, "null")).isEqualTo("none");
        TableMapping mapping =
                TableMapping.builder("t").key("k", 10).column(column).build();
        assertThatThrownBy(() -> mapping.map(document("{\"a\":{\"b\":7},\"v\":\"x\"}"), CONTEXT))
                .isInstanceOf(MappingException.class);
    }

    @Test
    void required_missing_namesColumnAndPointers() {
        refused(Column.text("c", 9).from("/x", "/y/z").required(), "1", "required, but missing or null at /x, /y/z");
    }

    @Test
    void derived_valueThatDoesNotFit_isRefused() {
        refused(Column.derived("c", ColumnType.of(ColumnType.Kind.CHAR, 2), (d, x) -> "canary"), "1", "longer than 2");
        refused(Column.derived("c", ColumnType.of(ColumnType.Kind.INTEGER), (d, x) -> 1.5d), "1", "must be a number");
    }

    @Test
    void children_areRowsInOrder_missingArrayIsNone_otherKindIsRefused() {
        TableMapping mapping = TableMapping.builder("documents")
                .key("couch_id", 50)
                .children(ChildMapping.builder("medications", "/meds")
                        .autoIncrement("id")
                        .key("document_id", 50)
                        .column(Column.text("name", 20).from("/name").required())
                        .column(Column.text("form", 20).from("/form").orElse("tablet"))
                        .build())
                .build();
        Mapping.Rows rows = (Mapping.Rows)
                mapping.map(document("{\"meds\":[{\"name\":\"a\"},{\"name\":\"b\",\"form\":\"syrup\"}]}"), CONTEXT);
        RowChange.Replace replace = (RowChange.Replace) rows.rows().get(1);
        assertThat(replace.rows()).containsExactly(new Object[] {"a", "tablet"}, new Object[] {"b", "syrup"});
        RowChange.Replace none = (RowChange.Replace)
                ((Mapping.Rows) mapping.map(document("{}"), CONTEXT)).rows().get(1);
        assertThat(none.rows()).isEmpty();
        assertThatThrownBy(() -> mapping.map(document("{\"meds\":{}}"), CONTEXT))
                .hasMessageContaining("must be an array");
        assertThatThrownBy(() -> mapping.map(document("{\"meds\":[7]}"), CONTEXT))
                .hasMessageContaining("`name`");
        assertThat(mapping.tables().get(1).uniqueKeys()).containsExactly(List.of("document_id", "position"));
    }

    @Test
    void deletion_hardSoftIgnore() {
        Document tombstone = version("{}", true);
        ChildMapping child = ChildMapping.builder("children", "/c").key("k", 10).build();
        TableMapping.Builder builder = TableMapping.builder("t").key("k", 10).children(child);
        assertThat(((Mapping.Rows) builder.build().map(tombstone, Mapped.mirroredAs("t"))).rows())
                .hasSize(2)
                .allMatch(RowChange.Delete.class::isInstance);
        TableMapping soft = builder.onDelete(DeleteMode.soft("deleted_at")).build();
        List<RowChange> marked = ((Mapping.Rows) soft.map(tombstone, Mapped.mirroredAs("t"))).rows();
        assertThat(marked.get(0)).isInstanceOfSatisfying(RowChange.Update.class, update -> {
            assertThat(update.table().columns()).containsExactly("deleted_at");
            assertThat(update.values()).containsExactly(MirrorTime.NOW);
        });
        assertThat(marked.get(1)).isInstanceOf(RowChange.Keep.class);
        RowChange.Put alive = (RowChange.Put)
                ((Mapping.Rows) soft.map(document("{}"), CONTEXT)).rows().get(0);
        assertThat(alive.table().columns()).containsExactly("deleted_at");
        assertThat(alive.values()).containsOnlyNulls();
        TableMapping ignore = builder.onDelete(DeleteMode.ignore()).build();
        assertThat(((Mapping.Rows) ignore.map(tombstone, Mapped.mirroredAs("t"))).rows())
                .hasSize(2)
                .allMatch(RowChange.Keep.class::isInstance);
    }

    @Test
    void definition_holdsWhatDdlNeeds() {
        TableDefinition table = TableMapping.builder("t")
                .autoIncrement("id")
                .key("couch_id", 255)
                .nullableKey()
                .column(Column.text("cpt", 20).from("/cpt").required())
                .column(Column.integer("visits").from("/v").orElse(1))
                .column(Column.bool("active").from("/a").orElse(true))
                .column(Column.updatedAt("updated_at"))
                .column(Column.constant("user_id", ColumnType.of(ColumnType.Kind.UNSIGNED_BIGINT), 1L)
                        .references("users", "id"))
                .unique("cpt")
                .index("cpt", "active")
                .build()
                .tables()
                .get(0);
        assertThat(table.primaryKey()).containsExactly("id");
        assertThat(table.uniqueKeys()).containsExactly(List.of("couch_id"), List.of("cpt"));
        assertThat(table.indexes()).containsExactly(List.of("cpt", "active"));
        assertThat(table.layout().columns()).containsExactly("cpt", "visits", "active", "user_id");
        assertThat(table.layout().keyForm()).isEqualTo(KeyForm.TEXT);
        assertThat(table.column("couch_id").orElseThrow().exact()).isTrue();
        assertThat(table.column("couch_id").orElseThrow().nullable()).isTrue();
        assertThat(table.column("cpt").orElseThrow().nullable()).isFalse();
        assertThat(table.column("visits").orElseThrow().filledBy()).isEqualTo(new FilledBy.Constant("1"));
        assertThat(table.column("active").orElseThrow().filledBy()).isEqualTo(new FilledBy.Constant("1"));
        assertThat(table.column("updated_at").orElseThrow().filledBy()).isEqualTo(new FilledBy.Clock(true));
        assertThat(table.foreignKeys()).containsExactly(new TableDefinition.ForeignKey("user_id", "users", "id"));
    }

    @Test
    void build_whatDoesNotFitTogether_isNamed() {
        assertThatThrownBy(() -> TableMapping.builder("t").build()).hasMessageContaining("key or hashedKey");
        assertThatThrownBy(() -> TableMapping.builder("t`; DROP").build()).hasMessageContaining("table: must be");
        assertThatThrownBy(() -> TableMapping.builder("t").key("k", 0)).hasMessageContaining("must be >= 1, was 0");
        assertThatThrownBy(() ->
                        TableMapping.builder("t").key("k", 1).nullableKey().build())
                .hasMessageContaining("needs autoIncrement");
        assertThatThrownBy(() -> TableMapping.builder("t").key("k", 1).key("l", 1))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> TableMapping.builder("t")
                        .key("k", 1)
                        .column(Column.createdAt("K"))
                        .build())
                .hasMessageContaining("named twice");
        assertThatThrownBy(() ->
                        TableMapping.builder("t").key("k", 1).index("nope").build())
                .hasMessageContaining("unknown column nope");
        assertThatThrownBy(() -> Column.text("c", 1).from("v")).hasMessageContaining("starts with a slash");
        assertThatThrownBy(() -> Column.rawDocument("c").from("/v")).hasMessageContaining("has a value already");
        assertThatThrownBy(() -> Column.text("c", 1).orElse("xx")).hasMessageContaining("longer than 1");
        assertThatThrownBy(() -> Column.enumeration("c")).hasMessageContaining("at least one value");
        assertThatThrownBy(() -> TypeRouter.byField("/type").build()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> TypeRouter.byField("/type")
                        .route("a", RawMapping.documents())
                        .route("a", RawMapping.documents()))
                .hasMessageContaining("has one already");
    }

    @Test
    void router_routesByType_tombstonesByTheMirroredType() {
        TypeRouter router = TypeRouter.byField("/type")
                .route("note", TableMapping.builder("notes").key("k", 10).build())
                .build();
        assertThat(router.map(document("{\"type\":\"note\"}"), CONTEXT))
                .isInstanceOfSatisfying(
                        Mapping.Rows.class, rows -> assertThat(rows.type()).isEqualTo("note"));
        assertThat(router.map(document("{\"type\":\"x\"}"), CONTEXT))
                .isEqualTo(new Mapping.UnknownType(Optional.of("x")));
        assertThat(router.map(document("{\"type\":7}"), CONTEXT)).isEqualTo(new Mapping.UnknownType(Optional.empty()));
        assertThat(router.map(version("{}", true), CONTEXT)).isInstanceOf(Mapping.Skip.class);
        assertThat(router.map(version("{}", true), new MappingContext(StreamId.of("s"), Optional.of("note"))))
                .isInstanceOfSatisfying(
                        Mapping.Rows.class,
                        rows -> assertThat(rows.rows()).first().isInstanceOf(RowChange.Delete.class));
        assertThat(router.tables()).hasSize(1);
    }

    @Test
    void rawMapping_takesEverything() {
        RawMapping mapping = RawMapping.documents();
        Mapping.Rows rows =
                (Mapping.Rows) mapping.map(version("{\"type\":\"" + "x".repeat(200) + "\"}", true), CONTEXT);
        Object[] values = ((RowChange.Put) rows.rows().get(0)).values();
        assertThat(values[0]).isEqualTo("d");
        assertThat(values[1]).isEqualTo("1-a");
        assertThat(values[2]).isNull();
        assertThat(values[3]).isEqualTo(true);
        assertThat(mapping.tables().get(0).layout().keyForm()).isEqualTo(KeyForm.SHA_256);
    }
}
