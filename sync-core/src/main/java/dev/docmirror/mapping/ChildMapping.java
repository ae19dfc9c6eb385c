package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import dev.docmirror.identity.IdentityRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A child table: one row for each element of an array in a document, replaced together. The columns' pointers start at
 * the element; the empty pointer is the element itself, and {@link Column#fromDocument} reaches the rest of the document.
 * A document without the array has no rows here.
 */
public final class ChildMapping {
    private final JsonPointer array;
    private final KeyColumn key;
    private final RowShape row;
    private final TableDefinition definition;

    private ChildMapping(Builder builder) {
        this.array = builder.array;
        this.key = builder.parts.key();
        this.row = builder.parts.shape(Optional.of(builder.ordinal), Column::isMapped);
        this.definition = builder.parts.definition(row.layout());
    }

    /** @param array where the array is in the document, as a JSON pointer */
    public static Builder builder(String table, String array) {
        return new Builder(table, array);
    }

    TableLayout layout() {
        return row.layout();
    }

    TableDefinition definition() {
        return definition;
    }

    JsonPointer array() {
        return array;
    }

    RowShape row() {
        return row;
    }

    boolean asksForIdentities() {
        return row.asksForIdentities();
    }

    void identities(Document document, ObjectNode body, Collection<IdentityRequest> requests) {
        for (JsonNode element : body.at(array)) {
            row.identities(document, element, requests);
        }
    }

    RowChange map(Document document, ObjectNode body, MappingContext context) {
        key.check(layout().table(), document.id());
        JsonNode elements = body.at(array);
        if (elements.isMissingNode() || elements.isNull()) {
            return new RowChange.Replace(layout(), List.of());
        }
        if (!elements.isArray()) {
            throw new MappingException(document.id(), "table `" + layout().table() + "`: must be an array at " + array);
        }
        List<@Nullable Object[]> rows = new ArrayList<>(elements.size());
        for (JsonNode element : elements) {
            rows.add(row.values(document, element, rows.size(), context));
        }
        return new RowChange.Replace(layout(), rows);
    }

    /** Describes a child table; not thread-safe. */
    public static final class Builder {
        private final TableParts parts;
        private final JsonPointer array;
        private String ordinal = "position";

        private Builder(String table, String array) {
            this.parts = new TableParts(table);
            this.array = Pointers.parse("table " + table, array);
            if (array.isEmpty()) {
                throw new IllegalArgumentException("table " + table + ": a document itself is no array");
            }
        }

        /** A number of the database's own as primary key. Without it, key and ordinal column are the primary key. */
        public Builder autoIncrement(String column) {
            parts.counter(column);
            return this;
        }

        /** The column that holds the document's id as exact text. Required, or {@link #hashedKey}. */
        public Builder key(String column, int length) {
            parts.key(KeyColumn.text(column, length));
            return this;
        }

        /** The column that holds the SHA-256 of the document's id. */
        public Builder hashedKey(String column) {
            parts.key(KeyColumn.hashed(column));
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
