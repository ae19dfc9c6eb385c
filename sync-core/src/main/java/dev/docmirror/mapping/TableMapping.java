package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.identity.IdentityRequest;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A mapper described by columns: one row of a table for each document, and rows of child tables for the elements of its
 * arrays. From it come the rows, the DDL and the check at the start. Immutable and thread-safe.
 *
 * <pre>{@code
 * TableMapping patients = TableMapping.builder("patients")
 *         .autoIncrement("id")
 *         .key("couch_id", 255)
 *         .column(Column.text("cpt", 20).from("/patient/cpt", "/cpt").required())
 *         .column(Column.date("date_of_birth").from("/patient/dateOfBirth"))
 *         .column(Column.rawDocument("raw_document"))
 *         .unique("cpt")
 *         .onDelete(DeleteMode.soft("deleted_at"))
 *         .build();
 * }</pre>
 */
public final class TableMapping implements DocumentMapper {
    private static final Mapping NEVER_MIRRORED = new Mapping.Skip("deleted");

    private final KeyColumn key;
    private final RowShape row;
    private final RowShape tombstone;
    private final List<ChildMapping> children;
    private final DeleteMode delete;
    private final List<TableDefinition> tables;
    private final boolean asksForIdentities;

    private TableMapping(Builder builder) {
        TableParts parts = builder.parts;
        this.key = parts.key();
        this.delete = builder.delete;
        parts.tombstone(delete.kind() == DeleteMode.Kind.SOFT ? delete.tombstoneColumn() : null);
        this.row = parts.shape(Optional.empty(), Column::isMapped);
        this.tombstone = parts.shape(Optional.empty(), Column::isOfVersion);
        this.children = List.copyOf(builder.children);
        this.asksForIdentities = row.asksForIdentities() || children.stream().anyMatch(ChildMapping::asksForIdentities);
        List<TableDefinition> definitions = new ArrayList<>();
        definitions.add(parts.definition(row.layout()));
        children.forEach(child -> definitions.add(child.definition()));
        checkNames(definitions);
        this.tables = List.copyOf(definitions);
    }

    private static void checkNames(List<TableDefinition> definitions) {
        Set<String> names = new HashSet<>();
        for (TableDefinition definition : definitions) {
            if (!names.add(definition.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("table " + definition.name() + ": is named twice");
            }
        }
    }

    /** Begins the mapping of a table. */
    public static Builder builder(String table) {
        return new Builder(table);
    }

    RowShape row() {
        return row;
    }

    List<ChildMapping> children() {
        return children;
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        if (document.deleted()) {
            return context.mirroredType().isEmpty() ? NEVER_MIRRORED : rows(deleted(document, context));
        }
        key.check(row.layout().table(), document.id());
        ObjectNode body = document.body();
        RowChange put = new RowChange.Put(row.layout(), row.values(document, body, RowShape.ONLY_ROW, context));
        if (children.isEmpty()) {
            return rows(List.of(put));
        }
        List<RowChange> rows = new ArrayList<>(1 + children.size());
        rows.add(put);
        for (ChildMapping child : children) {
            rows.add(child.map(document, body, context));
        }
        return rows(rows);
    }

    @Override
    public Collection<IdentityRequest> identities(Document document, MappingContext context) {
        if (!asksForIdentities || document.deleted()) {
            return List.of();
        }
        List<IdentityRequest> requests = new ArrayList<>();
        row.identities(document, document.body(), requests);
        children.forEach(child -> child.identities(document, document.body(), requests));
        return requests;
    }

    private Mapping rows(List<RowChange> rows) {
        return new Mapping.Rows(row.layout().table(), rows);
    }

    private List<RowChange> deleted(Document document, MappingContext context) {
        boolean hard = delete.kind() == DeleteMode.Kind.HARD;
        List<RowChange> rows = new ArrayList<>(1 + children.size());
        rows.add(
                switch (delete.kind()) {
                    case HARD -> new RowChange.Delete(row.layout());
                    case SOFT ->
                        new RowChange.Update(
                                tombstone.layout(),
                                tombstone.values(document, MissingNode.getInstance(), RowShape.ONLY_ROW, context));
                    case IGNORE -> new RowChange.Keep(row.layout());
                });
        for (ChildMapping child : children) {
            rows.add(hard ? new RowChange.Delete(child.layout()) : new RowChange.Keep(child.layout()));
        }
        return rows;
    }

    /** The table and its child tables. */
    @Override
    public List<TableDefinition> tables() {
        return tables;
    }

    /** Describes a table; not thread-safe. */
    public static final class Builder {
        private final TableParts parts;
        private final List<ChildMapping> children = new ArrayList<>();
        private DeleteMode delete = DeleteMode.hard();

        private Builder(String table) {
            this.parts = new TableParts(table);
        }

        /** A number of the database's own as primary key, BIGINT UNSIGNED. Without it the key column is the primary key. */
        public Builder autoIncrement(String column) {
            parts.counter(column);
            return this;
        }

        /**
         * The column that holds the document's id, as exact text of at most {@code length} characters; a document with a
         * longer id goes to the dead letters. Required, or {@link #hashedKey}.
         */
        public Builder key(String column, int length) {
            parts.key(KeyColumn.text(column, length));
            return this;
        }

        /** The column that holds the SHA-256 of the document's id, BINARY(32), for ids of any length. */
        public Builder hashedKey(String column) {
            parts.key(KeyColumn.hashed(column));
            return this;
        }

        /** The key column may be NULL in rows that other programs write. Default: NOT NULL. Needs {@link #autoIncrement}. */
        public Builder nullableKey() {
            parts.nullableKey();
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

        /** Rows of another table, one for each element of an array. */
        public Builder children(ChildMapping child) {
            children.add(child);
            return this;
        }

        /** What a deletion does. Default: {@link DeleteMode#hard()}. */
        public Builder onDelete(DeleteMode mode) {
            delete = mode;
            return this;
        }

        /**
         * The mapping.
         *
         * @throws IllegalArgumentException naming what does not fit together
         */
        public TableMapping build() {
            return new TableMapping(this);
        }
    }
}
