package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;

/**
 * Writes a plan's rows. A statement that the database refuses because of a value is cut in halves until the documents at
 * fault stand alone; those that were half written are undone together with everything else, which is written again without
 * them. Thread-safe.
 */
final class RowWriter {
    private static final int KEYS = 500;

    private final TableCatalog catalog = new TableCatalog();
    private final Map<RowSql.Shape, RowSql> statements = new ConcurrentHashMap<>();

    /** Writes rows; refuses documents instead of failing where a document is at fault. */
    void write(Session session, Server server, WritePlan plan, List<PendingDocument> documents) throws SQLException {
        if (plan.tables().isEmpty()) {
            return;
        }
        catalog.learn(session.connection(), server.dialect(), plan.tables().keySet());
        Pass pass = new Pass(session.connection(), Chunks.bytes(server), plan);
        if (!plan.hasManySteps()) {
            pass.run();
            return;
        }
        session.execute("SAVEPOINT docmirror_rows");
        pass.run();
        while (documents.stream().anyMatch(PendingDocument::isHalf)) {
            session.execute("ROLLBACK TO SAVEPOINT docmirror_rows");
            documents.forEach(PendingDocument::undone);
            pass.run();
        }
    }

    private RowSql sql(RowGroup group) {
        TableLayout layout = group.layout();
        RowSql.Shape shape =
                new RowSql.Shape(layout, group.now(), group.json(), catalog.index(layout.table(), layout.keyColumn()));
        return statements.computeIfAbsent(shape, RowSql::new);
    }

    /** A statement for some rows. */
    private interface Statement {
        void run(List<RowGroup.Row> rows) throws SQLException;
    }

    /** Everything once, leaving out what was refused. */
    private final class Pass {
        private final Connection connection;
        private final long bytes;
        private final WritePlan plan;

        Pass(Connection connection, long bytes, WritePlan plan) {
            this.connection = connection;
            this.bytes = bytes;
            this.plan = plan;
        }

        void run() throws SQLException {
            List<String> order = catalog.parentsFirst(plan.tables().keySet());
            List<String> childrenFirst = new ArrayList<>(order);
            Collections.reverse(childrenFirst);
            for (String name : childrenFirst) {
                for (Map.Entry<TableKey, List<PendingDocument>> delete :
                        table(name).deletes().entrySet()) {
                    delete(delete.getKey(), delete.getValue());
                }
            }
            for (String name : order) {
                for (RowGroup group : table(name).updates()) {
                    update(group, group.rows(), false);
                }
                for (RowGroup group : table(name).known()) {
                    update(group, group.rows(), true);
                }
                for (RowGroup group : table(name).inserts()) {
                    insert(group, group.rows(), group.layout().ordinalColumn().isEmpty());
                }
            }
        }

        private WritePlan.Table table(String name) {
            WritePlan.Table table = plan.tables().get(name);
            if (table == null) {
                throw new IllegalStateException("table " + name + " is not in the plan");
            }
            return table;
        }

        private void delete(TableKey key, List<PendingDocument> documents) throws SQLException {
            TableLayout layout =
                    new TableLayout(key.table(), key.keyColumn(), key.keyForm(), Optional.empty(), List.of());
            List<RowGroup.Row> rows = documents.stream()
                    .map(document -> new RowGroup.Row(
                            document,
                            0,
                            new Object[0],
                            document.state().id().value().length() + 8L))
                    .toList();
            String head = "DELETE FROM " + Sql.name(key.table()) + " WHERE " + Sql.name(key.keyColumn()) + " IN ";
            for (List<RowGroup.Row> chunk : Chunks.of(rows, KEYS, bytes, RowGroup.Row::size)) {
                narrow(layout, chunk, part -> {
                    try (PreparedStatement statement = connection.prepareStatement(head + Sql.marks(part.size()))) {
                        bindKeys(statement, layout, part);
                        statement.executeUpdate();
                    }
                });
            }
        }

        /** @param heal whether rows that should be there and are not, are inserted */
        private void update(RowGroup group, List<RowGroup.Row> rows, boolean heal) throws SQLException {
            RowSql sql = sql(group);
            List<RowGroup.Row> missing = new ArrayList<>();
            for (List<RowGroup.Row> chunk : Chunks.of(rows, sql.mostUpdates(), bytes, RowGroup.Row::size)) {
                narrow(group.layout(), chunk, part -> {
                    // Some drivers are set to count changed rows instead of found ones: then this asks in vain.
                    if (execute(sql.update(part.size()), group, part, false) < part.size() && heal) {
                        Set<PendingDocument> there = existing(group.layout(), part);
                        part.stream()
                                .filter(row -> !there.contains(row.document()))
                                .forEach(missing::add);
                    }
                });
            }
            if (!missing.isEmpty()) {
                insert(group, missing, false);
            }
        }

        /** @param adopt whether a row that is there unregistered is taken over */
        private void insert(RowGroup group, List<RowGroup.Row> rows, boolean adopt) throws SQLException {
            RowSql sql = sql(group);
            Statement insert = part -> execute(sql.insert(part.size()), group, part, true);
            for (List<RowGroup.Row> chunk : Chunks.of(rows, sql.mostInserts(), bytes, RowGroup.Row::size)) {
                if (!adopt) {
                    narrow(group.layout(), chunk, insert);
                    continue;
                }
                narrow(group.layout(), chunk, part -> {
                    try {
                        insert.run(part);
                    } catch (SQLException e) {
                        if (e.getErrorCode() != Failures.DUPLICATE || !adopted(group, part)) {
                            throw e;
                        }
                    }
                });
            }
        }

        /** Takes over the rows that are there and inserts the others; false if none is there. */
        private boolean adopted(RowGroup group, List<RowGroup.Row> rows) throws SQLException {
            Set<PendingDocument> there = existing(group.layout(), rows);
            if (there.isEmpty()) {
                return false;
            }
            update(
                    group,
                    rows.stream().filter(row -> there.contains(row.document())).toList(),
                    false);
            insert(
                    group,
                    rows.stream().filter(row -> !there.contains(row.document())).toList(),
                    false);
            return true;
        }

        private void narrow(TableLayout layout, List<RowGroup.Row> rows, Statement statement) throws SQLException {
            List<RowGroup.Row> part = rows.stream()
                            .anyMatch(row -> row.document().refused())
                    ? rows.stream().filter(row -> !row.document().refused()).toList()
                    : rows;
            if (part.isEmpty()) {
                return;
            }
            try {
                statement.run(part);
                part.stream()
                        .map(RowGroup.Row::document)
                        .filter(d -> !d.refused())
                        .forEach(PendingDocument::wrote);
            } catch (SQLException e) {
                if (!Failures.isData(e)) {
                    throw e;
                }
                if (part.size() == 1) {
                    part.get(0).document().refuse(Refusal.of(e, layout));
                    return;
                }
                int half = part.size() / 2;
                narrow(layout, part.subList(0, half), statement);
                narrow(layout, part.subList(half, part.size()), statement);
            }
        }

        private int execute(String sql, RowGroup group, List<RowGroup.Row> rows, boolean ordinals) throws SQLException {
            TableLayout layout = group.layout();
            boolean numbered = ordinals && layout.ordinalColumn().isPresent();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int index = 1;
                for (RowGroup.Row row : rows) {
                    Values.bind(statement, index++, row.document().key(layout.keyForm()));
                    if (numbered) {
                        statement.setInt(index++, row.ordinal());
                    }
                    @Nullable Object[] values = row.values();
                    for (int i = 0; i < values.length; i++) {
                        if (!group.now().get(i)) {
                            Values.bind(statement, index++, values[i]);
                        }
                    }
                }
                return statement.executeUpdate();
            }
        }

        /** The documents that have a row in the table, locked. */
        private Set<PendingDocument> existing(TableLayout layout, List<RowGroup.Row> rows) throws SQLException {
            String key = Sql.name(layout.keyColumn());
            boolean text = layout.keyForm() == KeyForm.TEXT;
            Set<Object> found = new HashSet<>();
            for (List<RowGroup.Row> chunk : Chunks.of(rows, KEYS, bytes, RowGroup.Row::size)) {
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

        private void bindKeys(PreparedStatement statement, TableLayout layout, List<RowGroup.Row> rows)
                throws SQLException {
            int index = 1;
            for (RowGroup.Row row : rows) {
                Values.bind(statement, index++, row.document().key(layout.keyForm()));
            }
        }
    }
}
