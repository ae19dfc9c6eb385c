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
    private final TableCatalog catalog = new TableCatalog();
    private final Map<RowSql.Shape, RowSql> statements = new ConcurrentHashMap<>();

    /** Writes rows; refuses documents instead of failing where a document is at fault. */
    void write(Session session, Server server, WritePlan plan, List<PendingDocument> documents) throws SQLException {
        if (plan.tables().isEmpty()) {
            return;
        }
        catalog.learn(session.connection(), server.dialect(), plan.tables().keySet());
        boolean undone = writeOpen(session, server, plan, documents);
        // Who collided with a document that was undone may not do so any more.
        if (undone && documents.stream().filter(PendingDocument::reopen).count() > 0) {
            writeOpen(session, server, plan, documents);
        }
    }

    /** @return whether documents had to be undone that were written in part */
    private boolean writeOpen(Session session, Server server, WritePlan plan, List<PendingDocument> documents)
            throws SQLException {
        List<String> parentsFirst = catalog.parentsFirst(plan.tables().keySet());
        RowStatements rows = new RowStatements(session.connection(), this::sql, Chunks.bytes(server));
        session.execute("SAVEPOINT docmirror_rows");
        boolean undone = false;
        boolean careful = false;
        while (true) {
            try {
                new RowPass(session, rows, plan, careful).run(parentsFirst);
                if (documents.stream().noneMatch(PendingDocument::isHalf)) {
                    documents.forEach(PendingDocument::done);
                    return undone;
                }
            } catch (AlteredValueException e) {
                if (careful) {
                    throw e;
                }
                careful = true;
            }
            undone = true;
            session.execute("ROLLBACK TO SAVEPOINT docmirror_rows");
            documents.forEach(PendingDocument::undone);
        }
    }

    private RowSql sql(RowGroup group) {
        TableLayout layout = group.layout();
        RowSql.Shape shape =
                new RowSql.Shape(layout, group.now(), group.json(), catalog.index(layout.table(), layout.keyColumn()));
        return statements.computeIfAbsent(shape, RowSql::new);
    }
}
