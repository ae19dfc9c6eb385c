package dev.docmirror.mysql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.DocumentWrite;
import org.jspecify.annotations.Nullable;

/** Hashes the live rows of documents, as the database shows their values. */
final class RowHashes {
    private static final int KEYS = 500;

    /** A table, and its columns without those that the clock fills. */
    private record Part(TableLayout layout, BitSet clocked) {}

    private final Connection connection;
    private final Map<DocumentId, DocKey> keys;
    private final Map<DocumentId, Map<String, List<byte[]>>> rows = new HashMap<>();

    RowHashes(Connection connection, Map<DocumentId, DocKey> keys) {
        this.connection = connection;
        this.keys = keys;
    }

    Map<DocumentId, ContentHash> of(List<DocumentWrite> writes) throws SQLException {
        Map<Part, List<DocumentId>> parts = new LinkedHashMap<>();
        for (DocumentWrite write : writes) {
            for (RowChange change : write.rows()) {
                parts.computeIfAbsent(new Part(change.table(), clocked(change)), part -> new ArrayList<>())
                        .add(write.state().id());
            }
        }
        for (Map.Entry<Part, List<DocumentId>> part : parts.entrySet()) {
            for (List<DocumentId> chunk : Chunks.of(part.getValue(), KEYS, Long.MAX_VALUE, id -> 0)) {
                read(part.getKey(), chunk);
            }
        }
        Map<DocumentId, ContentHash> hashes = new HashMap<>();
        rows.forEach((id, tables) -> hashes.put(id, hash(tables)));
        return hashes;
    }

    private static BitSet clocked(RowChange change) {
        @Nullable Object[] values = {};
        if (change instanceof RowChange.Put put) {
            values = put.values();
        } else if (change instanceof RowChange.Update update) {
            values = update.values();
        }
        BitSet clocked = new BitSet();
        for (int i = 0; i < values.length; i++) {
            clocked.set(i, values[i] == MirrorTime.NOW);
        }
        return clocked;
    }

    private void read(Part part, List<DocumentId> ids) throws SQLException {
        TableLayout layout = part.layout();
        boolean text = layout.keyForm() == KeyForm.TEXT;
        String key = Sql.name(layout.keyColumn());
        StringBuilder sql = new StringBuilder("SELECT ").append(text ? "CONVERT(" + key + " USING utf8mb4)" : key);
        int columns = 0;
        List<String> compared = new ArrayList<>();
        layout.ordinalColumn().ifPresent(compared::add);
        for (int i = 0; i < layout.columns().size(); i++) {
            if (!part.clocked().get(i)) {
                compared.add(layout.columns().get(i));
            }
        }
        for (String column : compared) {
            sql.append(",CAST(").append(Sql.name(column)).append(" AS BINARY)");
            columns++;
        }
        sql.append(" FROM ").append(Sql.name(layout.table()));
        sql.append(" WHERE ").append(key).append(" IN ").append(Sql.marks(ids.size()));
        Map<Object, DocumentId> byKey = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            int index = 1;
            for (DocumentId id : ids) {
                DocKey hashed = keys.computeIfAbsent(id, DocKey::of);
                byKey.put(text ? id.value() : hashed, id);
                Values.bind(statement, index++, text ? id.value() : hashed.bytes());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    DocumentId id = byKey.get(text ? row.getString(1) : new DocKey(row.getBytes(1)));
                    if (id != null) {
                        rows.computeIfAbsent(id, one -> new TreeMap<>())
                                .computeIfAbsent(layout.table(), one -> new ArrayList<>())
                                .add(hash(row, columns));
                    }
                }
            }
        }
    }

    private static byte[] hash(ResultSet row, int columns) throws SQLException {
        MessageDigest digest = sha256();
        for (int i = 0; i < columns; i++) {
            byte[] value = row.getBytes(2 + i);
            digest.update(ByteBuffer.allocate(4)
                    .putInt(value == null ? -1 : value.length)
                    .array());
            if (value != null) {
                digest.update(value);
            }
        }
        return digest.digest();
    }

    /** Whatever the order in which the rows came. */
    private static ContentHash hash(Map<String, List<byte[]>> tables) {
        MessageDigest digest = sha256();
        tables.forEach((table, hashes) -> {
            digest.update(table.getBytes(StandardCharsets.UTF_8));
            hashes.sort(Arrays::compareUnsigned);
            hashes.forEach(digest::update);
        });
        return new ContentHash(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
