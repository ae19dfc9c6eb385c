package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.mirror.MirroredDocument;

/** Statements on {@code sync_documents}. Thread-safe. */
final class Registry {
    /** MariaDB turns a list of 1,000 or more into a temporary table. */
    private static final int KEYS = 500;

    private static final int ROWS = 250;
    private static final int LONGEST_HASH = 255;
    private static final long ROW_BYTES = 400;
    private static final Protection[] PROTECTIONS = {Protection.NONE, Protection.SIGNED, Protection.LOCKED};

    private static final String COLUMNS = "doc_key, type, mirrored_in, generation, revision_hash, content_hash,"
            + " is_deleted, protection, leaf_weight, leaf_hash, is_disputed";

    private static final Repeated LOCK = new Repeated(
            "SELECT " + COLUMNS + " FROM sync_documents WHERE stream_id = ? AND doc_key IN (",
            "?",
            ",?",
            ") FOR UPDATE",
            KEYS);

    private static final Repeated READ = new Repeated(
            "SELECT " + COLUMNS + " FROM sync_documents"
                    + " WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = ?) AND doc_key IN (",
            "?",
            ",?",
            ")",
            KEYS);

    private static final String WRITE = "INSERT INTO sync_documents (stream_id, id, " + COLUMNS + ") VALUES ";

    private static final String REPLACE = " ON DUPLICATE KEY UPDATE type = VALUES(type),"
            + " mirrored_in = VALUES(mirrored_in), generation = VALUES(generation),"
            + " revision_hash = VALUES(revision_hash), content_hash = VALUES(content_hash),"
            + " is_deleted = VALUES(is_deleted), protection = VALUES(protection), leaf_weight = VALUES(leaf_weight),"
            + " leaf_hash = VALUES(leaf_hash), is_disputed = VALUES(is_disputed)";

    private final TableKeyCodec tables = new TableKeyCodec();

    /** An entry to be written. */
    record Entry(DocKey key, MirroredDocument state) {}

    Map<DocumentId, MirroredDocument> lock(Connection connection, int stream, Map<DocKey, DocumentId> ids)
            throws SQLException {
        return select(connection, LOCK, stream, ids);
    }

    Map<DocumentId, MirroredDocument> read(Connection connection, String stream, Map<DocKey, DocumentId> ids)
            throws SQLException {
        return select(connection, READ, stream, ids);
    }

    private Map<DocumentId, MirroredDocument> select(
            Connection connection, Repeated sql, Object stream, Map<DocKey, DocumentId> ids) throws SQLException {
        Map<DocumentId, MirroredDocument> found = new HashMap<>();
        List<DocKey> keys = sorted(ids.keySet());
        try (Prepared prepared = new Prepared(connection)) {
            for (List<DocKey> chunk : Chunks.of(keys, Chunks.even(keys.size(), KEYS), Long.MAX_VALUE, key -> 0)) {
                PreparedStatement statement = prepared.statement(sql.rows(chunk.size()));
                statement.setObject(1, stream);
                int index = 2;
                for (DocKey key : chunk) {
                    statement.setBytes(index++, key.bytes());
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        DocumentId id = ids.get(new DocKey(row.getBytes(1)));
                        if (id != null) {
                            found.put(id, document(id, row));
                        }
                    }
                }
            }
        }
        return found;
    }

    private MirroredDocument document(DocumentId id, ResultSet row) throws SQLException {
        return new MirroredDocument(
                id,
                Optional.ofNullable(row.getString(2)),
                tables.read(row.getString(3)),
                new Revision(row.getLong(4), row.getString(5)),
                new ContentHash(row.getBytes(6)),
                row.getInt(7) != 0,
                PROTECTIONS[row.getInt(8)],
                new LeafDigest(row.getLong(9), row.getLong(10)),
                row.getInt(11) != 0);
    }

    /** Why an entry can't be kept exactly, if so. */
    static Optional<Refusal> refusal(MirroredDocument state) {
        if (!Unicode.wellFormed(state.id().value())) {
            return Optional.of(Refusal.of("the id is not valid Unicode: a lone surrogate"));
        }
        if (!Unicode.wellFormed(state.type().orElse(""))) {
            return Optional.of(Refusal.of("the type is not valid Unicode: a lone surrogate"));
        }
        String hash = state.revision().hash();
        if (hash.length() > LONGEST_HASH || !Unicode.wellFormed(hash)) {
            return Optional.of(
                    Refusal.of("the revision's hash is longer than " + LONGEST_HASH + " characters, or no Unicode"));
        }
        return Optional.empty();
    }

    /** Inserts or replaces entries, in the order of their keys, so that two writers would queue and not deadlock. */
    void write(Connection connection, int stream, List<Entry> entries, long bytes) throws SQLException {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(Entry::key));
        try (Prepared prepared = new Prepared(connection)) {
            for (List<Entry> chunk : Chunks.of(sorted, Chunks.even(sorted.size(), ROWS), bytes, Registry::size)) {
                PreparedStatement statement = prepared.statement(write(stream, chunk));
                int index = 1;
                for (Entry entry : chunk) {
                    index = bind(statement, index, entry);
                }
                statement.executeUpdate();
            }
        }
    }

    /** Numbers that are nearly always the same are part of the text: a parameter would cost more than it tells. */
    private static String write(int stream, List<Entry> entries) {
        StringBuilder sql = new StringBuilder(WRITE.length() + REPLACE.length() + 40 * entries.size()).append(WRITE);
        for (Entry entry : entries) {
            MirroredDocument state = entry.state();
            sql.append('(').append(stream).append(",?,?,?,?,?,?,?,");
            sql.append(state.deleted() ? 1 : 0).append(',').append(number(state.protection()));
            sql.append(",?,?,").append(state.disputed() ? 1 : 0).append("),");
        }
        sql.setLength(sql.length() - 1);
        return sql.append(REPLACE).toString();
    }

    private static long size(Entry entry) {
        return ROW_BYTES + entry.state().id().value().length();
    }

    private int bind(PreparedStatement statement, int first, Entry entry) throws SQLException {
        MirroredDocument state = entry.state();
        int index = first;
        statement.setString(index++, state.id().value());
        statement.setBytes(index++, entry.key().bytes());
        statement.setString(index++, state.type().orElse(null));
        statement.setString(index++, tables.write(state.tables()));
        statement.setLong(index++, state.revision().generation());
        statement.setString(index++, state.revision().hash());
        statement.setBytes(index++, state.contentHash().bytes());
        statement.setLong(index++, state.leaves().weight());
        statement.setLong(index++, state.leaves().hash());
        return index;
    }

    private static int number(Protection protection) {
        return switch (protection) {
            case NONE -> 0;
            case SIGNED -> 1;
            case LOCKED -> 2;
        };
    }

    /** Entries behind one, in the order of their keys. */
    List<MirroredDocument> page(Connection connection, String stream, Optional<DocKey> after, int limit)
            throws SQLException {
        String sql = "SELECT " + COLUMNS + ", id FROM sync_documents"
                + " WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = ?)"
                + (after.isPresent() ? " AND doc_key > ?" : "") + " ORDER BY doc_key LIMIT ?";
        List<MirroredDocument> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            statement.setString(index++, stream);
            if (after.isPresent()) {
                statement.setBytes(index++, after.get().bytes());
            }
            statement.setInt(index, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    page.add(document(DocumentId.of(row.getString(12)), row));
                }
            }
        }
        return page;
    }

    static void delete(Connection connection, int stream, List<DocKey> keys) throws SQLException {
        for (List<DocKey> chunk : Chunks.of(keys, KEYS, Long.MAX_VALUE, key -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM sync_documents WHERE stream_id = ? AND doc_key IN " + Sql.marks(chunk.size()))) {
                DocKey.bind(statement, stream, chunk);
                statement.executeUpdate();
            }
        }
    }

    static boolean isEmpty(Connection connection, int stream) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT EXISTS (SELECT 1 FROM sync_documents WHERE stream_id = ?)")) {
            statement.setInt(1, stream);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == 0;
            }
        }
    }

    static List<DocKey> sorted(Collection<DocKey> keys) {
        List<DocKey> sorted = new ArrayList<>(keys);
        sorted.sort(Comparator.naturalOrder());
        return sorted;
    }
}
