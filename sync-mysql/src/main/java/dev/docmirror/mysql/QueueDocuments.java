package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Statements on {@code sync_queue_documents}. A row is found by its whole key and never by a range, so that also under
 * REPEATABLE READ nothing but that row is locked.
 */
final class QueueDocuments {
    private final Connection connection;

    QueueDocuments(Connection connection) {
        this.connection = connection;
    }

    /**
     * A document that is held.
     *
     * @param newest its newest operation, 0 if there is none
     * @param waits whether that one seemed to wait, when it was looked at without a lock
     * @param now the database's time
     */
    record Held(long newest, boolean waits, Instant now) {}

    /** Waits for whoever holds the document, and holds it until the end of the transaction. */
    Held hold(DocKey document) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO sync_queue_documents (doc_key, newest)"
                        + " VALUES (?, 0) ON DUPLICATE KEY UPDATE newest = sync_queue_documents.newest")) {
            statement.setBytes(1, document.bytes());
            statement.executeUpdate();
        }
        // The inner query locks nothing: an operation that is processed must not be held up by the host's transaction.
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT d.newest, EXISTS (SELECT 1 FROM sync_queue q"
                        + " WHERE q.operation_id = d.newest AND q.state = 'PENDING' AND q.pin_body IS NULL), "
                        + Times.text("UTC_TIMESTAMP(6)") + " AS now_utc"
                        + " FROM sync_queue_documents d WHERE d.doc_key = ? FOR UPDATE")) {
            statement.setBytes(1, document.bytes());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Held(
                        row.getLong(1),
                        row.getInt(2) != 0,
                        Times.read(row, "now_utc").orElseThrow());
            }
        }
    }

    void newest(DocKey document, long number) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE sync_queue_documents SET newest = ? WHERE doc_key = ?")) {
            statement.setLong(1, number);
            statement.setBytes(2, document.bytes());
            statement.executeUpdate();
        }
    }

    /** An operation that is final now may have open ones before it: the newest of those is the newest then. */
    void notNewest(DocKey document, long number) throws SQLException {
        Held held = hold(document);
        if (held.newest() != number) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("UPDATE sync_queue_documents SET newest ="
                + " COALESCE((SELECT MAX(operation_id) FROM sync_queue WHERE doc_key = ? AND is_open = 1), 0)"
                + " WHERE doc_key = ?")) {
            statement.setBytes(1, document.bytes());
            statement.setBytes(2, document.bytes());
            statement.executeUpdate();
        }
    }

    /** Forgets documents whose newest operation is purged, but for those that a host holds. */
    void forget(Collection<DocKey> documents, Collection<Long> purged) throws SQLException {
        List<DocKey> keys = Registry.sorted(documents);
        List<DocKey> idle = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT doc_key FROM sync_queue_documents FORCE INDEX (PRIMARY) WHERE doc_key IN "
                        + Sql.marks(keys.size()) + " AND newest IN " + Sql.marks(purged.size())
                        + " FOR UPDATE SKIP LOCKED")) {
            bind(statement, keys);
            Sql.bind(statement, keys.size() + 1, purged);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    idle.add(new DocKey(row.getBytes(1)));
                }
            }
        }
        Sql.deleteDocuments(connection, "sync_queue_documents", idle);
    }

    private static void bind(PreparedStatement statement, List<DocKey> keys) throws SQLException {
        for (int i = 0; i < keys.size(); i++) {
            statement.setBytes(i + 1, keys.get(i).bytes());
        }
    }
}
