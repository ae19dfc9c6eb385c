package dev.docmirror.testkit;

import java.util.List;

import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout;

/** The tables of the mirror's contract tests. */
final class ContractTables {
    private static final FilledBy MAPPER = new FilledBy.Mapper();

    /** One row a document, numbered by the database, with a second unique key. */
    static final TableLayout PEOPLE = TableLayout.of("contract_people", "doc_id", "name", "badge");

    /** The children of {@link #PEOPLE}, with a unique key that spans documents. */
    static final TableLayout PHONES = TableLayout.children("contract_phones", "doc_id", "position", "number");

    static final TableLayout PETS = TableLayout.of("contract_pets", "doc_id", "name");

    static final TableLayout HASHED =
            TableLayout.of("contract_hashed", "doc_key", "name").withHashedKey();

    /** One column of every type. */
    static final TableLayout VALUES = TableLayout.of(
            "contract_values",
            "doc_id",
            "short_text",
            "long_text",
            "json",
            "choice",
            "amount",
            "flag",
            "small_number",
            "big_number",
            "huge_number",
            "day",
            "moment",
            "stamp",
            "raw",
            "required");

    static final List<TableDefinition> ALL = List.of(
            new TableDefinition(
                    PEOPLE,
                    List.of(
                            new ColumnDefinition(
                                    "id", ColumnType.of(Kind.BIGINT), false, false, new FilledBy.Counter()),
                            key(),
                            text("name", 40),
                            text("badge", 60),
                            new ColumnDefinition(
                                    "grade", ColumnType.of(Kind.INTEGER), false, false, new FilledBy.Constant("7")),
                            new ColumnDefinition(
                                    "created_at",
                                    ColumnType.of(Kind.DATETIME),
                                    false,
                                    false,
                                    new FilledBy.Clock(false))),
                    List.of("id"),
                    List.of(List.of("doc_id"), List.of("badge")),
                    List.of(List.of("name")),
                    List.of()),
            new TableDefinition(
                    PHONES,
                    List.of(
                            key(),
                            new ColumnDefinition("position", ColumnType.of(Kind.INTEGER), false, false, MAPPER),
                            text("number", 60)),
                    List.of("doc_id", "position"),
                    List.of(List.of("number")),
                    List.of(),
                    List.of()),
            plain(PETS, key(), text("name", 40)),
            plain(
                    HASHED,
                    new ColumnDefinition("doc_key", ColumnType.of(Kind.BINARY, 32), false, true, MAPPER),
                    text("name", 40)),
            plain(
                    VALUES,
                    key(),
                    text("short_text", 40),
                    column("long_text", ColumnType.of(Kind.LONG_TEXT)),
                    column("json", ColumnType.of(Kind.JSON)),
                    column("choice", ColumnType.enumeration(List.of("red", "green"))),
                    column("amount", ColumnType.decimal(50, 10)),
                    column("flag", ColumnType.of(Kind.BOOLEAN)),
                    column("small_number", ColumnType.of(Kind.INTEGER)),
                    column("big_number", ColumnType.of(Kind.BIGINT)),
                    column("huge_number", ColumnType.of(Kind.UNSIGNED_BIGINT)),
                    column("day", ColumnType.of(Kind.DATE)),
                    column("moment", ColumnType.of(Kind.DATETIME)),
                    column("stamp", ColumnType.of(Kind.TIMESTAMP)),
                    column("raw", ColumnType.of(Kind.BINARY, 4)),
                    new ColumnDefinition("required", ColumnType.of(Kind.VARCHAR, 10), false, false, MAPPER)));

    private ContractTables() {}

    private static TableDefinition plain(TableLayout layout, ColumnDefinition... columns) {
        return new TableDefinition(
                layout, List.of(columns), List.of(layout.keyColumn()), List.of(), List.of(), List.of());
    }

    private static ColumnDefinition key() {
        return new ColumnDefinition("doc_id", ColumnType.of(Kind.VARCHAR, 191), false, true, MAPPER);
    }

    private static ColumnDefinition text(String name, int length) {
        return new ColumnDefinition(name, ColumnType.of(Kind.VARCHAR, length), true, true, MAPPER);
    }

    private static ColumnDefinition column(String name, ColumnType type) {
        return new ColumnDefinition(name, type, true, false, MAPPER);
    }
}
