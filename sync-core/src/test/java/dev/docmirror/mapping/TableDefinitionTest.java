package dev.docmirror.mapping;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import org.junit.jupiter.api.Test;

import static dev.docmirror.mapping.Mapped.definition;
import static dev.docmirror.mapping.Mapped.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What mappings tell of their tables, and what they refuse to describe. */
class TableDefinitionTest {
    private static final FilledBy MAPPER = new FilledBy.Mapper();

    @Test
    void column_default_isSqlsText() {
        assertDefault(Column.text("c", 9).from("/v").orElse("it's"), "it's");
        assertDefault(Column.integer("c").from("/v").orElse(7), "7");
        assertDefault(Column.bool("c").from("/v").orElse(false), "0");
        assertDefault(Column.decimal("c", 9, 2).from("/v").orElse(new BigDecimal("1E+2")), "100.00");
        assertDefault(Column.date("c").from("/v").orElse(LocalDate.of(2024, 1, 5)), "2024-01-05");
        assertDefault(
                Column.timestamp("c").from("/v").orElse(Instant.parse("2024-01-05T10:00:00.5Z")),
                "2024-01-05 10:00:00.500000");
        assertDefault(Column.enumeration("c", "a", "b").from("/v").orElse("b"), "b");
    }

    @Test
    void column_defaultTheDatabaseCanNotHave_isTheMappersOnly() {
        for (Column column : new Column[] {
            Column.json("c").from("/v").orElse("{\"a\":1}"),
            Column.text("c").from("/v").orElse("x"),
            Column.longText("c").from("/v").orElse("x")
        }) {
            assertThat(definition(column).filledBy()).isEqualTo(MAPPER);
            assertThat(definition(column).nullable()).isFalse();
        }
    }

    @Test
    void column_nullability_followsWhatTheMappingCanSay() {
        Column column = Column.json("c").from("/v");
        assertThat(definition(column).nullable()).isTrue();
        assertThat(definition(column.required()).nullable()).isFalse();
        assertThat(definition(column.orElse("[]")).nullable()).isFalse();
        assertThat(definition(column.orElse("[]").nullable()).nullable()).isTrue();
        assertThat(Mapped.refusal(column.required().nullable(), "{}")).contains("required, but missing");
    }

    @Test
    void column_unmapped_isInTheTableButNeverWritten() {
        TableMapping mapping = Mapped.table(
                Column.text("note", 20).unmapped(),
                Column.text("title", 20).from("/title"),
                Column.integer("stars").orElse(3).unmapped());
        TableDefinition table = mapping.tables().get(0);
        assertThat(table.layout().columns()).containsExactly("title");
        assertThat(Mapped.values(mapping, document("{\"title\":\"x\"}"))).containsExactly("x");
        assertThat(table.columns())
                .extracting(ColumnDefinition::name)
                .containsExactly("doc_id", "note", "title", "stars");
        assertThat(table.column("stars").orElseThrow().filledBy()).isEqualTo(new FilledBy.Constant("3"));
        assertThatThrownBy(() -> Mapped.table(Column.text("note", 20).unmapped().required()))
                .hasMessageContaining("must allow NULL or have a default");
        assertThatThrownBy(() -> Column.text("note", 20).from("/note").unmapped())
                .hasMessageContaining("unmapped() does not apply");
    }

    @Test
    void column_withoutAPointer_isRefused() {
        assertThatThrownBy(() -> Mapped.table(Column.text("title", 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column title: needs from(...), or unmapped()");
        assertThatThrownBy(() -> Mapped.table(Column.integer("n").orElse(1))).hasMessageContaining("needs from(...)");
    }

    @Test
    void column_configuredValueThatDoesNotFit_isRefused() {
        assertRefused(() -> Column.enumeration("c", "a").orElse("b"), "column c: the value must be one of [a]");
        assertRefused(() -> Column.integer("c").orElse("1"), "must be a number");
        assertRefused(() -> Column.json("c").orElse("[1"), "must be JSON");
        assertRefused(() -> Column.json("c").orElse("[1] x"), "must be JSON");
        assertRefused(() -> Column.timestamp("c").orElse(MirrorTime.NOW), "must be fixed");
        assertRefused(() -> Column.constant("c", ColumnType.of(Kind.VARCHAR, 1), "ab"), "longer than 1 characters");
    }

    @Test
    void column_badPointerOrName_isRefused() {
        assertRefused(() -> Column.text("c", 1).from("/a~2"), "column c: a JSON pointer");
        assertRefused(() -> Column.text("c", 1).from("/a~"), "has ~ only in ~0 and ~1");
        assertRefused(() -> Column.text("c", 1).from("#/a"), "starts with a slash");
        assertRefused(() -> Column.text("c`", 1), "column: must be");
        assertRefused(() -> Column.text("c", 1).references("users;", "id"), "table: must be");
        assertRefused(() -> Column.createdAt("c").from("/v"), "from() does not apply");
    }

    @Test
    void table_indexThatNoDatabaseTakes_isRefused() {
        Column title = Column.text("title", 700).from("/title");
        Column body = Column.text("body").from("/body");
        assertRefused(() -> table().column(body).index("body").build(), "TEXT, LONGTEXT and JSON not at all");
        assertRefused(() -> table().column(title).unique("title", "doc_id").build(), "3072 bytes at most");
        assertRefused(() -> table().column(title).index("title", "title").build(), "names a column twice");
        assertRefused(() -> table().column(title).index("title").index("title").build(), "is there already");
        assertRefused(() -> table().column(title).unique("doc_id").build(), "(doc_id) is there already");
        assertRefused(() -> table().column(title).index().build(), "at least one column");
        assertRefused(
                () -> TableMapping.builder("t").key("doc_id", 769).column(title).build(), "(doc_id) is too long");
        assertRefused(() -> TableMapping.builder("t").autoIncrement("a").autoIncrement("b"), "set twice");
    }

    @Test
    void builder_usedTwice_buildsTheSame() {
        TableMapping.Builder builder =
                table().column(Column.text("title", 9).from("/title")).onDelete(DeleteMode.soft("deleted_at"));
        assertThat(builder.build().tables()).isEqualTo(builder.build().tables());
        assertThat(builder.onDelete(DeleteMode.hard()).build().tables().get(0).column("deleted_at"))
                .isEmpty();
    }

    @Test
    void key_idThatDoesNotFit_isRefused() {
        TableMapping mapping = TableMapping.builder("t")
                .key("doc_id", 3)
                .column(Column.revision("rev"))
                .build();
        assertThat(Mapped.values(mapping, document("😀😀😀", "{}"))).containsExactly("1-a");
        assertThat(Mapped.refusal(mapping, document("canary", "{}"), Mapped.NEVER_MIRRORED))
                .isEqualTo("column `doc_id` of table `t`: the id is longer than 3 characters");
        TableMapping hashed = TableMapping.builder("t")
                .hashedKey("doc_key")
                .column(Column.revision("rev"))
                .build();
        assertThat(Mapped.values(hashed, document("x".repeat(4_000), "{}"))).containsExactly("1-a");
        assertThat(Mapped.refusal(hashed, document("\udc00", "{}"), Mapped.NEVER_MIRRORED))
                .contains("unpaired surrogate");
    }

    private static TableMapping.Builder table() {
        return TableMapping.builder("t").key("doc_id", 255);
    }

    private static void assertDefault(Column column, String literal) {
        assertThat(definition(column).filledBy()).isEqualTo(new FilledBy.Constant(literal));
        assertThat(definition(column).nullable()).isFalse();
    }

    private static void assertRefused(Runnable action, String rule) {
        assertThatThrownBy(action::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }
}
