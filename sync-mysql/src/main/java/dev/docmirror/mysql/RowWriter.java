package dev.docmirror.mysql;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.mapping.TableLayout;

/**
 * Writes a plan's rows in passes. A document at fault is left out; when it had been written in part, everything is
 * undone and written again without it. Thread-safe.
 */
final class RowWriter {
    /** Each helps one link further in a chain of documents that hand a unique value on, in the worst order. */
    private static final int MOST_PASSES = 10;

    private final TableCatalog catalog = new TableCatalog();
    private final Map<RowSql.Shape, RowSql> statements = new ConcurrentHashMap<>();
    private volatile boolean textual = true;

    /** Asks anew what the server knows of the tables. */
    void forgetTables() {
        catalog.forget();
    }

    /** Writes rows; refuses documents instead of failing where a document is at fault. */
    void write(Session session, Server server, WritePlan plan, List<PendingDocument> documents) throws SQLException {
        if (plan.tables().isEmpty()) {
            return;
        }
        catalog.learn(session.connection(), server.dialect(), plan.tables().keySet());
        writeOpen(session, server, plan, documents);
        // Who collided with a document that was undone, or has let go of its value since, may not do so any more.
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            long collided = documents.stream().filter(PendingDocument::reopen).count();
            if (collided == 0) {
                return;
            }
            writeOpen(session, server, plan, documents);
            long left = documents.stream().filter(PendingDocument::collided).count();
            if (left == collided) {
                return;
            }
        }
    }

    private void writeOpen(Session session, Server server, WritePlan plan, List<PendingDocument> documents)
            throws SQLException {
        List<String> parentsFirst = catalog.parentsFirst(plan.tables().keySet());
        session.mark();
        boolean careful = false;
        while (true) {
            boolean text = textual;
            try (RowStatements rows =
                    new RowStatements(session.connection(), group -> sql(group, text), Chunks.bytes(server))) {
                new RowPass(session, rows, plan, text, careful).run(parentsFirst);
                if (documents.stream().noneMatch(PendingDocument::isHalf)) {
                    documents.forEach(PendingDocument::done);
                    return;
                }
            } catch (AlteredValueException e) {
                if (careful) {
                    throw e;
                }
                careful = true;
            } catch (SQLException e) {
                if (!text || !Failures.isJsonOfBytes(e)) {
                    throw e;
                }
                textual = false;
            }
            session.undo();
            documents.forEach(PendingDocument::undone);
        }
    }

    private RowSql sql(RowGroup group, boolean text) {
        TableLayout layout = group.layout();
        RowSql.Shape shape = new RowSql.Shape(
                layout, group.now(), group.json(), text, catalog.index(layout.table(), layout.keyColumn()));
        return statements.computeIfAbsent(shape, RowSql::new);
    }
}
