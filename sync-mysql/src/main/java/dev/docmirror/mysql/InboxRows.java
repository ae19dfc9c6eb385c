package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookInbox.Entry;
import dev.docmirror.webhook.WebhookInbox.Page;

/** Statements on {@code sync_inboxes} and {@code sync_inbox_entries}. */
final class InboxRows {
    private static final int KEYS = 1_000;

    private static final String INSERT = "INSERT INTO sync_inbox_entries"
            + " (inbox_id, delivery_key, doc_key, id, kind, body, body_bytes, received_at)"
            + " VALUES (?,?,?,?,?,?,?,UTC_TIMESTAMP(6))";

    private static final String ENTRY = "SELECT e.number, e.generation, e.id, e.kind, e.body FROM sync_inbox_entries e";

    private final Connection connection;
    private final int inbox;

    InboxRows(Connection connection, int inbox) {
        this.connection = connection;
        this.inbox = inbox;
    }

    /** Whether the delivery is new. */
    boolean append(WebhookDelivery delivery) throws SQLException {
        byte[] body = delivery.json();
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setInt(1, inbox);
            statement.setBytes(2, DocKey.sha256(Unicode.bytes(delivery.deliveryId())));
            statement.setBytes(3, DocKey.of(delivery.id()).bytes());
            statement.setString(4, delivery.id().value());
            statement.setString(5, delivery.kind().name());
            statement.setBytes(6, body);
            statement.setLong(7, body.length);
            statement.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == Failures.DUPLICATE) {
                return false;
            }
            throw e;
        }
    }

    /**
     * The highest number is read first and what was purged last: an entry that comes meanwhile waits for the next page,
     * and one that goes is told of.
     */
    Page after(long number, BatchLimits limits) throws SQLException {
        long last = number("last_number");
        String incarnation = incarnation();
        long to = cut(number, last, limits);
        List<Entry> entries = to == number ? List.of() : entries(number, to);
        return new Page(entries, last, number("purged_to"), incarnation);
    }

    /** Up to where a page goes: bodies are not read before it is known how long they are. */
    private long cut(long number, long last, BatchLimits limits) throws SQLException {
        long to = number;
        long bytes = 0;
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT number, body_bytes FROM sync_inbox_entries"
                        + " WHERE inbox_id = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?")) {
            statement.setInt(1, inbox);
            statement.setLong(2, number);
            statement.setLong(3, last);
            statement.setInt(4, limits.documents());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    bytes += row.getLong(2);
                    if (to > number && bytes > limits.bytes()) {
                        break;
                    }
                    to = row.getLong(1);
                }
            }
        }
        return to;
    }

    private List<Entry> entries(long number, long to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                ENTRY + " WHERE e.inbox_id = ? AND e.number > ? AND e.number <= ? ORDER BY e.number")) {
            statement.setInt(1, inbox);
            statement.setLong(2, number);
            statement.setLong(3, to);
            return read(statement);
        }
    }

    List<Entry> newest(Collection<DocumentId> ids) throws SQLException {
        List<Entry> newest = new ArrayList<>();
        List<DocKey> keys = ids.stream().map(DocKey::of).distinct().sorted().toList();
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(ENTRY
                    + " JOIN (SELECT MAX(number) AS number FROM sync_inbox_entries WHERE inbox_id = ? AND doc_key IN "
                    + Sql.marks(chunk.size())
                    + " GROUP BY doc_key) n ON e.number = n.number WHERE e.inbox_id = ?")) {
                statement.setInt(1, inbox);
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setBytes(i + 2, chunk.get(i).bytes());
                }
                statement.setInt(chunk.size() + 2, inbox);
                newest.addAll(read(statement));
            }
        }
        return newest;
    }

    private static List<Entry> read(PreparedStatement statement) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                entries.add(new Entry(
                        row.getLong(1),
                        row.getLong(2),
                        DocumentId.of(row.getString(3)),
                        WebhookDelivery.Kind.valueOf(row.getString(4)),
                        row.getBytes(5)));
            }
        }
        return entries;
    }

    /** Deletes some of the lowest entries, up to a number and before the first one that is too young. */
    int purge(long upTo, Duration olderThan, int limit) throws SQLException {
        List<Long> old = new ArrayList<>();
        long to = 0;
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT entry_id, number, received_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND"
                        + " FROM sync_inbox_entries WHERE inbox_id = ? AND number <= ? ORDER BY number LIMIT ?")) {
            statement.setLong(1, olderThan.toNanos() / 1_000);
            statement.setInt(2, inbox);
            statement.setLong(3, upTo);
            statement.setInt(4, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next() && row.getInt(3) != 0) {
                    old.add(row.getLong(1));
                    to = row.getLong(2);
                }
            }
        }
        if (!old.isEmpty()) {
            delete(old, to);
        }
        return old.size();
    }

    /** By the primary key: whatever looks at more rows waits for those that are not committed. */
    private void delete(List<Long> entries, long to) throws SQLException {
        try (PreparedStatement told = connection.prepareStatement(
                        "UPDATE sync_inboxes SET purged_to = GREATEST(purged_to, ?) WHERE inbox_id = ?");
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM sync_inbox_entries WHERE entry_id = ?")) {
            told.setLong(1, to);
            told.setInt(2, inbox);
            told.executeUpdate();
            for (long entry : entries) {
                delete.setLong(1, entry);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    String incarnation() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT incarnation FROM sync_inboxes WHERE inbox_id = ?")) {
            statement.setInt(1, inbox);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private long number(String column) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + column + " FROM sync_inboxes WHERE inbox_id = ?")) {
            statement.setInt(1, inbox);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
