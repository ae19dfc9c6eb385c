package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.docmirror.change.Revision;
import dev.docmirror.queue.SyncOperation;

/** What follows on an operation: the later ones on its document. */
final class QueueFollowers {
    private final Connection connection;
    private final String locking;

    private QueueFollowers(Connection connection, String locking) {
        this.connection = connection;
        this.locking = locking;
    }

    /**
     * For transactions in READ COMMITTED that hold the operation: what is read without a lock is the newest. It sees no
     * operation that a host has not committed yet, and does not wait for one: that one comes after the change.
     */
    static QueueFollowers readCommitted(Connection connection) {
        return new QueueFollowers(connection, "");
    }

    /** For transactions of any isolation: a snapshot may be old, so what is read is locked. */
    static QueueFollowers anyIsolation(Connection connection) {
        return new QueueFollowers(connection, " FOR UPDATE");
    }

    /** Operations are final: those that are the first of their documents now can be claimed. */
    void wake(Collection<Long> finished) throws SQLException {
        if (finished.isEmpty()) {
            return;
        }
        String first =
                " FROM sync_queue n WHERE n.doc_key = f.doc_key AND n.is_open = 1 ORDER BY n.operation_id LIMIT 1)";
        try (PreparedStatement statement = connection.prepareStatement("SELECT (SELECT n.operation_id" + first
                + ", (SELECT n.claim_at IS NULL AND n.due_at IS NOT NULL" + first
                + " FROM sync_queue f FORCE INDEX (PRIMARY) WHERE f.operation_id IN " + Sql.marks(finished.size()))) {
            Sql.bind(statement, 1, finished);
            wakeParked(statement);
        }
    }

    /** The first operation of a document can be claimed, if it is due at any time. */
    void wake(DocKey document) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT operation_id, claim_at IS NULL AND due_at"
                        + " IS NOT NULL FROM sync_queue FORCE INDEX (sync_queue_document) WHERE doc_key = ? AND is_open = 1"
                        + " ORDER BY operation_id LIMIT 1" + locking)) {
            statement.setBytes(1, document.bytes());
            wakeParked(statement);
        }
    }

    private void wakeParked(PreparedStatement firsts) throws SQLException {
        List<Long> parked = new ArrayList<>();
        try (ResultSet row = firsts.executeQuery()) {
            while (row.next()) {
                if (row.getInt(2) != 0) {
                    parked.add(row.getLong(1));
                }
            }
        }
        if (parked.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE sync_queue FORCE INDEX (PRIMARY) SET claim_at = due_at"
                        + " WHERE is_open = 1 AND claim_at IS NULL AND operation_id IN " + Sql.marks(parked.size()))) {
            Sql.bind(statement, 1, parked);
            statement.executeUpdate();
        }
    }

    /** The later ones that were made from the same base are made from this one from now on. */
    void rebase(QueueRow before, Revision base) throws SQLException {
        SyncOperation operation = before.operation().operation();
        if (operation.base().isEmpty() && operation.version().isEmpty()) {
            return;
        }
        List<Long> same = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT operation_id, base_revision, base_version"
                        + " FROM sync_queue FORCE INDEX (sync_queue_document)"
                        + " WHERE doc_key = ? AND is_open = 1 AND operation_id > ?" + locking)) {
            statement.setBytes(1, before.document().bytes());
            statement.setLong(2, before.number());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (QueueRow.revision(row, "base_revision").equals(operation.base())
                            && QueueRow.version(row).equals(operation.version())) {
                        same.add(row.getLong(1));
                    }
                }
            }
        }
        if (same.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE sync_queue FORCE INDEX (PRIMARY) SET base_revision = ?, base_version = NULL"
                        + " WHERE is_open = 1 AND operation_id IN " + Sql.marks(same.size()))) {
            statement.setString(1, base.toString());
            Sql.bind(statement, 2, same);
            statement.executeUpdate();
        }
    }
}
