package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives numbers to entries of {@code sync_inbox_entries} that are committed. An insert can't take one itself: of two
 * transactions the one with the higher number may commit first, and a reader would go past the lower one.
 */
final class InboxNumbers {
    private static final int AT_ONCE = 500;

    private static final String WITHOUT = "SELECT entry_id, doc_key FROM sync_inbox_entries"
            + " WHERE inbox_id = ? AND number IS NULL ORDER BY entry_id LIMIT ";

    private static final String DOCUMENT = "(?,?,?)";
    private static final Repeated COUNT = new Repeated(
            "INSERT INTO sync_inbox_documents (inbox_id, doc_key, generation) VALUES ",
            DOCUMENT,
            "," + DOCUMENT,
            " ON DUPLICATE KEY UPDATE generation = VALUES(generation)",
            AT_ONCE);

    private final Connection connection;
    private final int inbox;

    InboxNumbers(Connection connection, int inbox) {
        this.connection = connection;
        this.inbox = inbox;
    }

    /** Whether an entry waits for its number. */
    boolean areMissing() throws SQLException {
        return !without(1).isEmpty();
    }

    /** Numbers some entries; to be called in a transaction of its own, so that numbers become visible in order. */
    void give() throws SQLException {
        long last = lock();
        Map<Long, DocKey> entries = without(AT_ONCE);
        if (entries.isEmpty()) {
            return;
        }
        Map<DocKey, Long> generations = generations(List.copyOf(entries.values()));
        // One by one, by the primary key: whatever looks at more rows waits for those that are not committed.
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE sync_inbox_entries SET number = ?, generation = ? WHERE entry_id = ?")) {
            for (Map.Entry<Long, DocKey> entry : entries.entrySet()) {
                statement.setLong(1, ++last);
                statement.setLong(2, generations.merge(entry.getValue(), 1L, Long::sum));
                statement.setLong(3, entry.getKey());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        count(generations);
        reached(last);
    }

    private long lock() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT last_number FROM sync_inboxes WHERE inbox_id = ? FOR UPDATE")) {
            statement.setInt(1, inbox);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Map<Long, DocKey> without(int limit) throws SQLException {
        Map<Long, DocKey> entries = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(WITHOUT + limit)) {
            statement.setInt(1, inbox);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.put(row.getLong(1), new DocKey(row.getBytes(2)));
                }
            }
        }
        return entries;
    }

    private Map<DocKey, Long> generations(List<DocKey> keys) throws SQLException {
        Map<DocKey, Long> generations = new TreeMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT doc_key, generation FROM sync_inbox_documents WHERE inbox_id = ?"
                        + " AND doc_key IN " + Sql.marks(keys.size()))) {
            statement.setInt(1, inbox);
            for (int i = 0; i < keys.size(); i++) {
                statement.setBytes(i + 2, keys.get(i).bytes());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    generations.put(new DocKey(row.getBytes(1)), row.getLong(2));
                }
            }
        }
        return generations;
    }

    private void count(Map<DocKey, Long> generations) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT.rows(generations.size()))) {
            int index = 1;
            for (Map.Entry<DocKey, Long> document : generations.entrySet()) {
                statement.setInt(index++, inbox);
                statement.setBytes(index++, document.getKey().bytes());
                statement.setLong(index++, document.getValue());
            }
            statement.executeUpdate();
        }
    }

    private void reached(long last) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE sync_inboxes SET last_number = ? WHERE inbox_id = ?")) {
            statement.setLong(1, last);
            statement.setInt(2, inbox);
            statement.executeUpdate();
        }
    }
}
