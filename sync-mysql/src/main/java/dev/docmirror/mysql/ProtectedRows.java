package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.mirror.DocumentWrite;

/** Statements on {@code sync_protected_versions}. A batch without protected documents needs none. */
final class ProtectedRows {
    private static final int KEYS = 500;
    private static final int ROWS = 100;
    private static final long ROW_BYTES = 1_500;
    private static final int LONGEST_REVISION = 275;

    /** What is kept was read within the source's limits, whatever these were. */
    static final DocumentReader READER = DocumentReader.defaults()
            .withMaxDepth(1_000_000)
            .withMaxNumberLength(Integer.MAX_VALUE)
            .withMaxBytes(Integer.MAX_VALUE);

    private static final Repeated READ = new Repeated(
            "SELECT doc_key, revision, is_deleted, body FROM sync_protected_versions"
                    + " WHERE stream_id = ? AND doc_key IN (",
            "?",
            ",?",
            ")",
            KEYS);

    private static final Repeated WRITE = new Repeated(
            "INSERT INTO sync_protected_versions (stream_id, doc_key, revision, is_deleted, body) VALUES ",
            Sql.marks(5),
            "," + Sql.marks(5),
            " ON DUPLICATE KEY UPDATE revision = VALUES(revision), is_deleted = VALUES(is_deleted),"
                    + " body = VALUES(body)",
            ROWS);

    private ProtectedRows() {}

    /** A version to keep. */
    private record Kept(DocKey key, Document version) {
        long size() {
            return ROW_BYTES + version.size();
        }
    }

    static Map<DocumentId, Document> read(Connection connection, int stream, Map<DocKey, DocumentId> ids)
            throws SQLException {
        Map<DocumentId, Document> found = new HashMap<>();
        for (List<DocKey> chunk : Chunks.of(Registry.sorted(ids.keySet()), KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(READ.rows(chunk.size()))) {
                DocKey.bind(statement, stream, chunk);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        DocumentId id = ids.get(new DocKey(row.getBytes(1)));
                        if (id != null) {
                            Revision revision = Revision.of(row.getString(2));
                            found.put(id, new Document(id, revision, row.getInt(3) != 0, row.getBytes(4), READER));
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Why a document's protected version can't be kept, if so. */
    static Optional<Refusal> refusal(DocumentWrite write, Server server) {
        if (!keeps(write)) {
            return Optional.empty();
        }
        Document version = write.protectedVersion().orElseThrow();
        String revision = version.revision().toString();
        if (revision.length() > LONGEST_REVISION || !Unicode.wellFormed(revision)) {
            return Optional.of(Refusal.of(
                    "the protected revision is longer than " + LONGEST_REVISION + " characters, or no Unicode"));
        }
        if (Chunks.isSmall(ROW_BYTES + version.size(), server)
                || ROW_BYTES + Bodies.largest(version) <= server.maxPacket()) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of("1153 the protected version of " + version.size()
                + " bytes is larger than max_allowed_packet, " + server.maxPacket()
                + " bytes, in table `sync_protected_versions`"));
    }

    private static boolean keeps(DocumentWrite write) {
        return write.state().protection() != Protection.NONE
                && write.protectedVersion().isPresent();
    }

    private static boolean forgets(DocumentWrite write) {
        return write.state().protection() == Protection.NONE
                && write.before()
                        .filter(was -> was.protection() != Protection.NONE)
                        .isPresent();
    }

    /** Keeps and forgets versions as written documents demand, in the order of their keys. */
    static void write(Connection connection, int stream, List<PendingDocument> written, Server server)
            throws SQLException {
        List<Kept> kept = new ArrayList<>();
        List<DocKey> forgotten = new ArrayList<>();
        for (PendingDocument document : written) {
            if (keeps(document.write())) {
                kept.add(new Kept(
                        document.key(), document.write().protectedVersion().orElseThrow()));
            } else if (forgets(document.write())) {
                forgotten.add(document.key());
            }
        }
        kept.sort(Comparator.comparing(Kept::key));
        for (List<Kept> chunk : Chunks.of(kept, ROWS, Chunks.bytes(server), Kept::size)) {
            insert(connection, stream, chunk);
        }
        for (List<DocKey> chunk : Chunks.of(Registry.sorted(forgotten), KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM sync_protected_versions WHERE stream_id = ? AND doc_key IN "
                            + Sql.marks(chunk.size()))) {
                DocKey.bind(statement, stream, chunk);
                statement.executeUpdate();
            }
        }
    }

    private static void insert(Connection connection, int stream, List<Kept> chunk) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WRITE.rows(chunk.size()))) {
            int index = 1;
            for (Kept one : chunk) {
                statement.setInt(index++, stream);
                statement.setBytes(index++, one.key().bytes());
                statement.setString(index++, one.version().revision().toString());
                statement.setInt(index++, one.version().deleted() ? 1 : 0);
                Bodies.bind(statement, index++, one.version());
            }
            statement.executeUpdate();
        }
    }
}
