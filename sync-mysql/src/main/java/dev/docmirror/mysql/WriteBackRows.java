package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.DocumentId;
import dev.docmirror.mirror.WriteBack;
import org.jdbi.v3.core.Handle;

/** Statements on {@code sync_write_backs}. */
final class WriteBackRows {
    private static final int ROWS = 200;
    private static final long ROW_BYTES = 100;

    private static final String ROW = "(?,?,?,UTC_TIMESTAMP(6))";

    /** A document that waits already gets another number, so that its later decision is not taken for the earlier. */
    private static final Repeated REPLACE = new Repeated(
            "REPLACE INTO sync_write_backs (stream_id, doc_key, id, since) VALUES ", ROW, "," + ROW, "", ROWS);

    private WriteBackRows() {}

    /** @param documents in the order in which they shall wait */
    static void remember(Connection connection, int stream, Map<DocKey, DocumentId> documents, Server server)
            throws SQLException {
        List<Map.Entry<DocKey, DocumentId>> rows = List.copyOf(documents.entrySet());
        for (List<Map.Entry<DocKey, DocumentId>> chunk : Chunks.of(
                rows,
                ROWS,
                Chunks.bytes(server),
                row -> ROW_BYTES + row.getValue().value().length())) {
            try (PreparedStatement statement = connection.prepareStatement(REPLACE.rows(chunk.size()))) {
                int index = 1;
                for (Map.Entry<DocKey, DocumentId> row : chunk) {
                    statement.setInt(index++, stream);
                    statement.setBytes(index++, row.getKey().bytes());
                    statement.setString(index++, Unicode.repaired(row.getValue().value()));
                }
                statement.executeUpdate();
            }
        }
    }

    static List<WriteBack> oldest(Handle handle, String stream, int limit) {
        return handle.createQuery("SELECT id, write_back_id FROM sync_write_backs"
                        + " WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = :stream)"
                        + " ORDER BY write_back_id LIMIT :limit")
                .bind("stream", stream)
                .bind("limit", limit)
                .map((row, context) -> new WriteBack(DocumentId.of(row.getString(1)), row.getLong(2)))
                .list();
    }

    /** Each number is one document's alone, so both lists together name exactly what is done. */
    static void delete(Connection connection, int stream, Collection<WriteBack> done) throws SQLException {
        for (List<WriteBack> chunk : Chunks.of(List.copyOf(done), ROWS, Long.MAX_VALUE, one -> 0)) {
            List<DocKey> keys = Registry.sorted(
                    chunk.stream().map(one -> DocKey.of(one.id())).toList());
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM sync_write_backs WHERE stream_id = ? AND doc_key IN "
                            + Sql.marks(chunk.size()) + " AND write_back_id IN " + Sql.marks(chunk.size()))) {
                DocKey.bind(statement, stream, keys);
                for (int i = 0; i < chunk.size(); i++) {
                    statement.setLong(2 + keys.size() + i, chunk.get(i).number());
                }
                statement.executeUpdate();
            }
        }
    }
}
