package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;

/**
 * Whole documents in a column of a mirror's table, one a row. A text column keeps them byte for byte
 * ({@link RawMapping}, {@link dev.docmirror.mapping.Column#rawText}). One of MySQL's type JSON
 * ({@link dev.docmirror.mapping.Column#rawDocument}) does not, so that nothing is found there; MariaDB's is text. After a
 * soft delete the row still holds the last living version, which is not the mirrored one any more.
 *
 * <p>The table may be of another stream's mirror. Thread-safe and reusable.
 */
public final class MySqlStoredDocuments implements StoredDocuments {
    private static final int KEYS = 500;

    private final Database database;
    private final TableLayout table;
    private final Repeated read;

    private MySqlStoredDocuments(Database database, TableLayout table, String column) {
        this.database = database;
        this.table = table;
        String key = Sql.name(table.keyColumn());
        this.read = new Repeated(
                "SELECT " + (isText(table) ? "CONVERT(" + key + " USING utf8mb4)" : key) + ", CAST(" + Sql.name(column)
                        + " AS BINARY) FROM " + Sql.name(table.table()) + " WHERE " + key + " IN (",
                "?",
                ",?",
                ")",
                KEYS);
    }

    private static boolean isText(TableLayout table) {
        return table.keyForm() == KeyForm.TEXT;
    }

    /**
     * The documents in a column.
     *
     * @param dataSource stays the host's and is never closed here
     * @param table names the table and its key column; one with a row a document
     * @param column holds the documents
     */
    public static MySqlStoredDocuments of(DataSource dataSource, TableLayout table, String column) {
        if (table.ordinalColumn().isPresent()) {
            throw new IllegalArgumentException("table " + table.table() + ": must have one row a document");
        }
        return new MySqlStoredDocuments(new Database(dataSource), table, column);
    }

    /** The documents in the table of a raw mapping. */
    public static MySqlStoredDocuments of(DataSource dataSource, RawMapping raw) {
        return of(dataSource, raw.tables().get(0).layout(), RawMapping.BODY);
    }

    @Override
    public Map<DocumentId, Document> read(Collection<MirroredDocument> documents) {
        List<MirroredDocument> all = List.copyOf(documents);
        return database.read("reading stored documents from " + table.table(), handle -> {
            Map<DocumentId, Document> found = new HashMap<>();
            for (List<MirroredDocument> chunk : Chunks.of(all, KEYS, Long.MAX_VALUE, document -> 0)) {
                read(handle.getConnection(), chunk, found);
            }
            return found;
        });
    }

    private void read(Connection connection, List<MirroredDocument> documents, Map<DocumentId, Document> found)
            throws SQLException {
        Map<Object, MirroredDocument> byKey = new HashMap<>();
        List<Object> keys = new ArrayList<>();
        for (MirroredDocument document : documents) {
            DocKey hashed = DocKey.of(document.id());
            byKey.put(isText(table) ? document.id().value() : hashed, document);
            keys.add(isText(table) ? document.id().value() : hashed.bytes());
        }
        try (PreparedStatement statement = connection.prepareStatement(read.rows(keys.size()))) {
            for (int i = 0; i < keys.size(); i++) {
                Values.bind(statement, i + 1, keys.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    MirroredDocument document =
                            byKey.get(isText(table) ? row.getString(1) : new DocKey(row.getBytes(1)));
                    byte[] json = row.getBytes(2);
                    if (document != null && json != null) {
                        found.put(document.id(), version(document, json));
                    }
                }
            }
        }
    }

    private static Document version(MirroredDocument document, byte[] json) {
        return new Document(document.id(), document.revision(), document.deleted(), json, ProtectedRows.READER);
    }
}
