package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.deadletter.DeadLetter;

/** Writes {@code sync_dead_letters}. */
final class DeadLetterRows {
    private static final int ROWS = 200;
    private static final int KEYS = 500;
    private static final long ROW_BYTES = 3_000;

    private static final String ROW = "(?,?,?,?,?,?,?,UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))";

    private static final Repeated UPSERT = new Repeated(
            "INSERT INTO sync_dead_letters (stream_id, doc_key, id, revision, type, kind, reason, first_at, last_at)"
                    + " VALUES ",
            ROW,
            "," + ROW,
            // From left to right: whether it is the letter that was discarded has to be asked first.
            " ON DUPLICATE KEY UPDATE discarded_at = IF(revision = VALUES(revision) AND (kind = VALUES(kind)"
                    // Written before a collision had a kind of its own.
                    + " OR (kind = 'SINK' AND VALUES(kind) = 'COLLISION')), discarded_at, NULL), revision = VALUES(revision), type = VALUES(type), kind = VALUES(kind),"
                    + " reason = VALUES(reason), attempts = attempts + 1, last_at = VALUES(last_at)",
            ROWS);

    private DeadLetterRows() {}

    static void write(Connection connection, int stream, List<DeadLetter> letters, Server server) throws SQLException {
        for (List<DeadLetter> chunk : Chunks.of(letters, ROWS, Chunks.bytes(server), DeadLetterRows::size)) {
            try (PreparedStatement statement = connection.prepareStatement(UPSERT.rows(chunk.size()))) {
                int index = 1;
                for (DeadLetter letter : chunk) {
                    statement.setInt(index++, stream);
                    statement.setBytes(index++, DocKey.of(letter.id()).bytes());
                    statement.setString(index++, Unicode.repaired(letter.id().value()));
                    statement.setString(
                            index++, Unicode.repaired(letter.revision().toString()));
                    statement.setString(
                            index++, letter.type().map(Unicode::repaired).orElse(null));
                    statement.setString(index++, letter.kind().name());
                    statement.setString(index++, Reasons.cut(letter.reason()));
                }
                statement.executeUpdate();
            }
        }
    }

    private static long size(DeadLetter letter) {
        return ROW_BYTES + letter.id().value().length();
    }

    static void delete(Connection connection, int stream, List<DocKey> keys) throws SQLException {
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM sync_dead_letters WHERE stream_id = ? AND doc_key IN " + Sql.marks(chunk.size()))) {
                DocKey.bind(statement, stream, chunk);
                statement.executeUpdate();
            }
        }
    }

    /** Those of some documents that have a dead letter. */
    static List<DocKey> among(Connection connection, int stream, List<DocKey> keys) throws SQLException {
        List<DocKey> parked = new ArrayList<>();
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT doc_key FROM sync_dead_letters WHERE stream_id = ? AND doc_key IN "
                            + Sql.marks(chunk.size()))) {
                DocKey.bind(statement, stream, chunk);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        parked.add(new DocKey(row.getBytes(1)));
                    }
                }
            }
        }
        return parked;
    }

    /** Returns how many were not discarded before. */
    static int discard(Connection connection, int stream, List<DocKey> keys, String by, String note)
            throws SQLException {
        int discarded = 0;
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "UPDATE sync_dead_letters SET discarded_at = UTC_TIMESTAMP(6), discarded_by = ?, discard_note = ?"
                            + " WHERE stream_id = ? AND discarded_at IS NULL AND doc_key IN "
                            + Sql.marks(chunk.size()))) {
                statement.setString(1, Unicode.repaired(by));
                statement.setString(2, Reasons.cut(note));
                statement.setInt(3, stream);
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setBytes(i + 4, chunk.get(i).bytes());
                }
                discarded += statement.executeUpdate();
            }
        }
        return discarded;
    }

    /** The documents with a dead letter, or enough of them. */
    static List<DocKey> keys(Connection connection, int stream, int limit) throws SQLException {
        List<DocKey> keys = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT doc_key FROM sync_dead_letters WHERE stream_id = ? LIMIT ?")) {
            statement.setInt(1, stream);
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.add(new DocKey(row.getBytes(1)));
                }
            }
        }
        return keys;
    }
}
