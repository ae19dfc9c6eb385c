package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout.KeyForm;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A child table: one row for each element of an array in a document, replaced together. The columns' pointers start at
 * the element; the empty pointer is the element itself. A document without the array has no rows here.
 */
public final class ChildMapping {
    private final JsonPointer array;
    private final List<Column> mapped;
    private final TableLayout layout;
    private final TableDefinition definition;

    private ChildMapping(Builder builder) {
        this.array = builder.array;
        List<Column> all = builder.parts.columns();
        this.mapped = all.stream().filter(Column::isMapped).toList();
        this.layout = builder.parts.layout(mapped, Optional.of(builder.ordinal));
        ColumnDefinition ordinal =
                new ColumnDefinition(builder.ordinal, ColumnType.of(Kind.INTEGER), false, false, new FilledBy.Mapper());
        this.definition = builder.parts.definition(layout, all, List.of(ordinal));
    }

    /** @param array where the array is in the document, as a JSON pointer */
    public static Builder builder(String table, String array) {
        return new Builder(table, array);
    }

    TableLayout layout() {
        return layout;
    }

    TableDefinition definition() {
        return definition;
    }

    RowChange map(Document document, ObjectNode body, MappingContext context) {
        JsonNode elements = body.at(array);
        if (elements.isMissingNode() || elements.isNull()) {
            return new RowChange.Replace(layout, List.of());
        }
        if (!elements.isArray()) {
            throw new MappingException(document.id(), "table `" + layout.table() + "`: must be an array at " + array);
        }
        List<@Nullable Object[]> rows = new ArrayList<>(elements.size());
        for (JsonNode element : elements) {
            @Nullable Object[] values = new Object[mapped.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = mapped.get(i).value(document, element, context);
            }
            rows.add(values);
        }
        return new RowChange.Replace(layout, rows);
    }

    /** Describes a child table; not thread-safe. */
    public static final class Builder {
        private final TableParts parts;
        private final JsonPointer array;
        private String ordinal = "position";

        private Builder(String table, String array) {
            this.parts = new TableParts(table);
            this.array = Pointers.parse("table " + table, array);
        }

        /** A number of the database's own as primary key. Without it, key and ordinal column are the primary key. */
        public Builder autoIncrement(String column) {
            parts.counter(column);
            return this;
        }

        /** The column that holds the document's id as exact text. Required, or {@link #hashedKey}. */
        public Builder key(String column, int length) {
            parts.key(column, KeyForm.TEXT, ColumnType.of(Kind.VARCHAR, length));
            return this;
        }

        /** The column that holds the SHA-256 of the document's id. */
        public Builder hashedKey(String column) {
            parts.key(column, KeyForm.SHA_256, ColumnType.of(Kind.BINARY, 32));
            return this;
        }

        /** The column that numbers a document's rows from 0. Default {@code position}. */
        public Builder ordinal(String column) {
            ordinal = column;
            return this;
        }

        /** The next column. */
        public Builder column(Column column) {
            parts.column(column);
            return this;
        }

        /** A further unique key. A document that violates it goes to the dead letters. */
        public Builder unique(String... columns) {
            parts.unique(columns);
            return this;
        }

        /** A further index. */
        public Builder index(String... columns) {
            parts.index(columns);
            return this;
        }

        /**
         * The mapping.
         *
         * @throws IllegalArgumentException naming what does not fit together
         */
        public ChildMapping build() {
            return new ChildMapping(this);
        }
    }
}
