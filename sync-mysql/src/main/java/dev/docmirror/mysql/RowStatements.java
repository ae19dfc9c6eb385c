package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mapping.TableLayout.KeyForm;
import org.jspecify.annotations.Nullable;

/**
 * Executes statements for rows on one connection. Each either does all of its rows, or throws and has changed nothing.
 * A statement is kept for the next rows it fits, since drivers read its whole text to prepare it.
 */
final class RowStatements implements AutoCloseable {
    private static final int KEYS = 500;

    private final Connection connection;
    private final Function<RowGroup, RowSql> statements;
    private final long bytes;
    private final Prepared prepared;

    /** @param bytes the most bytes of rows in a statement */
    RowStatements(Connection connection, Function<RowGroup, RowSql> statements, long bytes) {
        this.connection = connection;
        this.statements = statements;
        this.bytes = bytes;
        this.prepared = new Prepared(connection);
    }

    List<List<RowGroup.Row>> keyChunks(List<RowGroup.Row> rows) {
        return Chunks.of(rows, KEYS, bytes, row -> row.document().keySize());
    }

    List<List<RowGroup.Row>> insertChunks(RowGroup group, List<RowGroup.Row> rows) {
        int most = Chunks.even(rows.size(), statements.apply(group).mostInserts());
        return Chunks.of(rows, most, bytes, RowGroup.Row::size);
    }

    /** Rows that one statement can update; a wide one stands alone. */
    List<List<RowGroup.Row>> updateChunks(RowGroup group, List<RowGroup.Row> rows) {
        List<RowGroup.Row> narrow = rows;
        List<List<RowGroup.Row>> chunks = new ArrayList<>();
        if (rows.stream().anyMatch(RowGroup.Row::wide)) {
            narrow = rows.stream().filter(row -> !row.wide()).toList();
            rows.stream().filter(RowGroup.Row::wide).map(List::of).forEach(chunks::add);
        }
        int most = Chunks.even(narrow.size(), statements.apply(group).mostUpdates());
        chunks.addAll(Chunks.of(narrow, most, bytes, RowGroup.Row::size));
        return chunks;
    }

    void insert(RowGroup group, List<RowGroup.Row> rows) throws SQLException {
        boolean numbered = group.layout().ordinalColumn().isPresent();
        PreparedStatement statement = statement(group, statements.apply(group).insert(rows.size()));
        int index = 1;
        for (RowGroup.Row row : rows) {
            Values.bind(statement, index++, row.document().key(group.layout().keyForm()));
            if (numbered) {
                statement.setInt(index++, row.ordinal());
            }
            index = bindValues(statement, index, group, row);
        }
        executeUpdate(statement);
    }

    /** @return how many rows were found, or, with some drivers' settings, changed */
    int update(RowGroup group, List<RowGroup.Row> rows) throws SQLException {
        RowSql sql = statements.apply(group);
        KeyForm form = group.layout().keyForm();
        if (rows.size() == 1) {
            RowGroup.Row row = rows.get(0);
            PreparedStatement statement = statement(group, sql.updateOne());
            int index = bindValues(statement, 1, group, row);
            Values.bind(statement, index, row.document().key(form));
            return executeUpdate(statement);
        }
        PreparedStatement statement = statement(group, sql.update(rows.size()));
        int index = 1;
        for (RowGroup.Row row : rows) {
            Values.bind(statement, index++, row.document().key(form));
            index = bindValues(statement, index, group, row);
        }
        return executeUpdate(statement);
    }

    /** A server that prepares statements refuses bytes (3988) where the same parameter was NULL before. */
    private PreparedStatement statement(RowGroup group, String sql) throws SQLException {
        return group.hasBytes() ? prepared.fresh(sql) : prepared.statement(sql);
    }

    private static int executeUpdate(PreparedStatement statement) throws SQLException {
        int count = statement.executeUpdate();
        AlteredValueException.check(statement);
        return count;
    }

    void delete(TableLayout layout, List<RowGroup.Row> rows) throws SQLException {
        String sql = "DELETE FROM " + Sql.name(layout.table()) + " WHERE " + Sql.name(layout.keyColumn()) + " IN "
                + Sql.marks(rows.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bindKeys(statement, layout, rows);
            statement.executeUpdate();
        }
    }

    /** The documents that have a row in the table, locked. */
    Set<PendingDocument> existing(TableLayout layout, List<RowGroup.Row> rows) throws SQLException {
        String key = Sql.name(layout.keyColumn());
        boolean text = layout.keyForm() == KeyForm.TEXT;
        Set<Object> found = new HashSet<>();
        for (List<RowGroup.Row> chunk : keyChunks(rows)) {
            String sql = "SELECT " + (text ? "CONVERT(" + key + " USING utf8mb4)" : key) + " FROM "
                    + Sql.name(layout.table()) + " WHERE " + key + " IN " + Sql.marks(chunk.size()) + " FOR UPDATE";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bindKeys(statement, layout, chunk);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.add(text ? row.getString(1) : new DocKey(row.getBytes(1)));
                    }
                }
            }
        }
        Set<PendingDocument> there = new HashSet<>();
        for (RowGroup.Row row : rows) {
            PendingDocument document = row.document();
            if (found.contains(text ? document.state().id().value() : document.key())) {
                there.add(document);
            }
        }
        return there;
    }

    private static void bindKeys(PreparedStatement statement, TableLayout layout, List<RowGroup.Row> rows)
            throws SQLException {
        int index = 1;
        for (RowGroup.Row row : rows) {
            Values.bind(statement, index++, row.document().key(layout.keyForm()));
        }
    }

    private static int bindValues(PreparedStatement statement, int first, RowGroup group, RowGroup.Row row)
            throws SQLException {
        int index = first;
        @Nullable Object[] values = row.values();
        for (int i = 0; i < values.length; i++) {
            if (!group.now().get(i)) {
                Values.bind(statement, index++, values[i]);
            }
        }
        return index;
    }

    @Override
    public void close() throws SQLException {
        prepared.close();
    }
}
