package dev.docmirror.mapping;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A mapper that needs no configuration: every document, whole, into one table
 * {@code documents(doc_key, id, revision, type, deleted, body, updated_at)}. The key is the SHA-256 of the id, so ids of
 * any length fit; {@code type} is the document's field of that name, if it is text of at most 191 characters;
 * {@code body} is the exact text the source sent. A deleted document stays as a row with {@code deleted} true.
 */
public final class RawMapping implements DocumentMapper {
    /** The column that holds the documents. */
    public static final String BODY = "body";

    private static final String TYPE = "document";
    private static final int TYPE_LENGTH = 191;
    private static final KeyColumn KEY = KeyColumn.hashed("doc_key");
    private static final ColumnType LONG_TEXT = ColumnType.of(Kind.LONG_TEXT);

    private final TableLayout layout;
    private final TableDefinition definition;

    private RawMapping(String table) {
        this.layout = TableLayout.of(table, KEY.name(), "id", "revision", "type", "deleted", BODY, "updated_at")
                .withHashedKey();
        this.definition = new TableDefinition(
                layout,
                List.of(
                        KEY.definition(false),
                        column("id", LONG_TEXT, false, true),
                        column("revision", LONG_TEXT, false, true),
                        column("type", ColumnType.of(Kind.VARCHAR, TYPE_LENGTH), true, true),
                        column("deleted", ColumnType.of(Kind.BOOLEAN), false, false),
                        column(BODY, LONG_TEXT, false, true),
                        column("updated_at", ColumnType.of(Kind.DATETIME), false, false)),
                List.of(KEY.name()),
                List.of(),
                List.of(List.of("type")),
                List.of());
    }

    private static ColumnDefinition column(String name, ColumnType type, boolean nullable, boolean exact) {
        return new ColumnDefinition(name, type, nullable, exact, new FilledBy.Mapper());
    }

    /** Yes: what can't be read here is kept all the same. */
    @Override
    public boolean takesEnvelopes() {
        return true;
    }

    /** Into the table {@code documents}. */
    public static RawMapping documents() {
        return new RawMapping("documents");
    }

    /** Into a table of another name. */
    public static RawMapping into(String table) {
        return new RawMapping(table);
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        KEY.check(layout.table(), document.id());
        @Nullable
        Object[] values = {
            document.id().value(),
            document.revision().toString(),
            type(document),
            document.deleted(),
            new JsonText(document.json()),
            MirrorTime.NOW
        };
        return new Mapping.Rows(TYPE, List.of(new RowChange.Put(layout, values)));
    }

    private static @Nullable String type(Document document) {
        JsonNode type = document.body().path("type");
        if (!type.isString()) {
            return null;
        }
        String text = type.stringValue();
        boolean fits = text.codePointCount(0, text.length()) <= TYPE_LENGTH && !ColumnFit.hasUnpairedSurrogate(text);
        return fits ? text : null;
    }

    @Override
    public List<TableDefinition> tables() {
        return List.of(definition);
    }
}
