package dev.docmirror.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableDefinition.ColumnDefinition;
import dev.docmirror.mapping.TableDefinition.FilledBy;
import dev.docmirror.mapping.TableLayout.KeyForm;
import org.jspecify.annotations.Nullable;
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
    private final TableLayout layout;
    private final List<Column> mapped;
    private final List<ChildMapping> children;
    private final DeleteMode delete;
    private final TableLayout tombstone;
    private final List<TableDefinition> tables;

    private TableMapping(Builder builder) {
        TableParts parts = builder.parts;
        this.delete = builder.delete;
        boolean soft = delete.kind() == DeleteMode.Kind.SOFT;
        List<Column> all = new ArrayList<>(parts.columns());
        if (soft) {
            all.add(Column.dateTime(delete.column()));
        }
        this.mapped = all.stream().filter(Column::isMapped).toList();
        this.layout = parts.layout(mapped, Optional.empty());
        this.tombstone = new TableLayout(
                layout.table(),
                layout.keyColumn(),
                layout.keyForm(),
                Optional.empty(),
                soft ? List.of(delete.column()) : List.of());
        this.children = List.copyOf(builder.children);
        List<TableDefinition> definitions = new ArrayList<>();
        definitions.add(parts.definition(layout, all, List.of()));
        children.forEach(child -> definitions.add(child.definition()));
        this.tables = List.copyOf(definitions);
    }

    /** Begins the mapping of a table. */
    public static Builder builder(String table) {
        return new Builder(table);
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        List<RowChange> rows = new ArrayList<>(1 + children.size());
        if (document.deleted()) {
            deleted(rows);
        } else {
            ObjectNode body = document.body();
            @Nullable Object[] values = new Object[mapped.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = mapped.get(i).value(document, body, context);
            }
            rows.add(new RowChange.Put(layout, values));
            for (ChildMapping child : children) {
                rows.add(child.map(document, body, context));
            }
        }
        return new Mapping.Rows(layout.table(), rows);
    }

    private void deleted(List<RowChange> rows) {
        switch (delete.kind()) {
            case HARD -> {
                rows.add(new RowChange.Delete(layout));
                children.forEach(child -> rows.add(new RowChange.Delete(child.layout())));
            }
            case SOFT -> {
                rows.add(new RowChange.Update(tombstone, new Object[] {MirrorTime.NOW}));
                children.forEach(child -> rows.add(new RowChange.Keep(child.layout())));
            }
            case IGNORE -> {
                rows.add(new RowChange.Keep(layout));
                children.forEach(child -> rows.add(new RowChange.Keep(child.layout())));
            }
        }
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

        /** The column that holds the document's id, as exact text of at most {@code length} characters. Required, or {@link #hashedKey}. */
        public Builder key(String column, int length) {
            parts.key(column, KeyForm.TEXT, ColumnType.of(Kind.VARCHAR, length));
            return this;
        }

        /** The column that holds the SHA-256 of the document's id, BINARY(32), for ids of any length. */
        public Builder hashedKey(String column) {
            parts.key(column, KeyForm.SHA_256, ColumnType.of(Kind.BINARY, 32));
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

    /** The definition of a column that only the database fills. */
    static ColumnDefinition counterColumn(String name) {
        return new ColumnDefinition(name, ColumnType.of(Kind.UNSIGNED_BIGINT), false, false, new FilledBy.Counter());
    }
}
