package dev.docmirror.mysql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirroredDocument.TableKey;

/**
 * Writes each table of a plan once, leaving out documents that were refused. A statement that the server refuses
 * because of a value has changed nothing: it is cut in halves until the documents at fault stand alone.
 *
 * <p>Deletes come first, children before their parents, so that unique values and parents are free; then each table's
 * updates and inserts, parents before children.
 */
final class RowPass {

    /** A statement for some rows. */
    private interface Statement {
        void run(List<RowGroup.Row> rows) throws SQLException;
    }

    private final Session session;
    private final RowStatements rows;
    private final WritePlan plan;
    private final boolean careful;
    private final boolean textual;

    /**
     * @param textual whether JSON is taken as it comes; where it comes as bytes, that ends the pass with the server's
     *     exception
     * @param careful whether each statement can be undone alone; else a value that the server altered ends the pass
     *     with an {@link AlteredValueException}
     */
    RowPass(Session session, RowStatements rows, WritePlan plan, boolean textual, boolean careful) {
        this.session = session;
        this.rows = rows;
        this.plan = plan;
        this.textual = textual;
        this.careful = careful;
    }

    void run(List<String> parentsFirst) throws SQLException {
        List<String> childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        for (String name : childrenFirst) {
            for (Map.Entry<TableKey, List<PendingDocument>> delete :
                    plan.table(name).deletes().entrySet()) {
                delete(delete.getKey(), delete.getValue());
            }
        }
        for (String name : parentsFirst) {
            WritePlan.Table table = plan.table(name);
            for (RowGroup group : table.updates()) {
                update(group, group.rows(), false);
            }
            for (RowGroup group : table.known()) {
                update(group, group.rows(), true);
            }
            for (RowGroup group : table.inserts()) {
                insert(group, group.rows(), group.layout().ordinalColumn().isEmpty());
            }
        }
    }

    private void delete(TableKey key, List<PendingDocument> documents) throws SQLException {
        TableLayout layout = new TableLayout(key.table(), key.keyColumn(), key.keyForm(), Optional.empty(), List.of());
        List<RowGroup.Row> keys = documents.stream().map(RowGroup.Row::key).toList();
        for (List<RowGroup.Row> chunk : rows.keyChunks(keys)) {
            narrow(layout, chunk, part -> rows.delete(layout, part));
        }
    }

    /** @param heal whether rows that should be there and are not, are inserted */
    private void update(RowGroup group, List<RowGroup.Row> all, boolean heal) throws SQLException {
        List<RowGroup.Row> missing = new ArrayList<>();
        for (List<RowGroup.Row> chunk : rows.updateChunks(group, all)) {
            narrow(group.layout(), chunk, part -> {
                // Some drivers are set to count changed rows instead of found ones: then this asks in vain.
                if (rows.update(group, part) < part.size() && heal) {
                    Set<PendingDocument> there = rows.existing(group.layout(), part);
                    part.stream().filter(row -> !there.contains(row.document())).forEach(missing::add);
                }
            });
        }
        if (!missing.isEmpty()) {
            insert(group, missing, false);
        }
    }

    /** @param adopt whether a row that is there unregistered is taken over */
    private void insert(RowGroup group, List<RowGroup.Row> all, boolean adopt) throws SQLException {
        for (List<RowGroup.Row> chunk : rows.insertChunks(group, all)) {
            narrow(group.layout(), chunk, part -> {
                try {
                    rows.insert(group, part);
                } catch (SQLException e) {
                    if (!adopt || e.getErrorCode() != Failures.DUPLICATE || !adopted(group, part)) {
                        throw e;
                    }
                }
            });
        }
    }

    /** Takes over the rows that are there and inserts the others; false if none is there. */
    private boolean adopted(RowGroup group, List<RowGroup.Row> part) throws SQLException {
        Set<PendingDocument> there = rows.existing(group.layout(), part);
        if (there.isEmpty()) {
            return false;
        }
        List<RowGroup.Row> adopted = new ArrayList<>();
        List<RowGroup.Row> missing = new ArrayList<>();
        part.forEach(row -> (there.contains(row.document()) ? adopted : missing).add(row));
        update(group, adopted, false);
        insert(group, missing, false);
        return true;
    }

    private void narrow(TableLayout layout, List<RowGroup.Row> all, Statement statement) throws SQLException {
        List<RowGroup.Row> part = all.stream().allMatch(row -> row.document().isOpen())
                ? all
                : all.stream().filter(row -> row.document().isOpen()).toList();
        if (part.isEmpty()) {
            return;
        }
        if (careful) {
            session.execute("SAVEPOINT docmirror_statement");
        }
        try {
            statement.run(part);
        } catch (SQLException e) {
            if (!Failures.isData(e)
                    || (e instanceof AlteredValueException && !careful)
                    || (textual && Failures.isJsonOfBytes(e))) {
                throw e;
            }
            if (careful) {
                session.execute("ROLLBACK TO SAVEPOINT docmirror_statement");
            }
            if (part.size() == 1) {
                part.get(0).document().refuse(Refusal.of(e, layout));
                return;
            }
            int half = part.size() / 2;
            narrow(layout, part.subList(0, half), statement);
            narrow(layout, part.subList(half, part.size()), statement);
            return;
        }
        part.stream().map(RowGroup.Row::document).filter(d -> !d.refused()).forEach(PendingDocument::wrote);
    }
}
