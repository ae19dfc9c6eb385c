package dev.docmirror.mapping;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import dev.docmirror.identity.IdentityRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The columns that are written into one table. */
final class RowShape {
    /** In place of an ordinal: the table has one row a document. */
    static final int ONLY_ROW = -1;

    private final TableLayout layout;
    private final Column[] columns;

    /** @param columns in the order of the layout's */
    RowShape(TableLayout layout, List<Column> columns) {
        this.layout = layout;
        this.columns = columns.toArray(Column[]::new);
    }

    TableLayout layout() {
        return layout;
    }

    List<Column> columns() {
        return List.of(columns);
    }

    boolean asksForIdentities() {
        return Arrays.stream(columns).anyMatch(Column::isIdentity);
    }

    /** Adds whose identities {@link #values} will ask for. */
    void identities(Document document, JsonNode node, Collection<IdentityRequest> requests) {
        for (Column column : columns) {
            column.request(document, node).ifPresent(requests::add);
        }
    }

    /**
     * @param node where the columns' pointers start
     * @param ordinal the row's number in a child table
     */
    @Nullable
    Object[] values(Document document, JsonNode node, int ordinal, MappingContext context) {
        @Nullable Object[] values = new Object[columns.length];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = columns[i].value(document, node, context);
            } catch (UnfitValue e) {
                String row = ordinal == ONLY_ROW ? "" : ", row " + ordinal;
                throw new MappingException(
                        document.id(),
                        "column `" + columns[i].name() + "` of table `" + layout.table() + "`" + row + ": "
                                + e.getMessage());
            }
        }
        return values;
    }
}
