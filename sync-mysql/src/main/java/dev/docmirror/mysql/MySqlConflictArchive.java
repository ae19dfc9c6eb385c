package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictArchive;

/** Reads {@code sync_conflicts}: every losing version with its full body, once. Thread-safe and reusable. */
public final class MySqlConflictArchive implements ConflictArchive {
    private static final String FROM =
            " FROM sync_conflicts WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = :stream)";

    private final Database database;
    private final DocumentReader reader = DocumentReader.defaults();

    private MySqlConflictArchive(Database database) {
        this.database = database;
    }

    /** @param dataSource stays the host's and is never closed here */
    public static MySqlConflictArchive of(DataSource dataSource) {
        return new MySqlConflictArchive(new Database(dataSource));
    }

    @Override
    public long count(StreamId stream) {
        return database.read(
                "counting the archive",
                handle -> handle.createQuery("SELECT COUNT(*)" + FROM)
                        .bind("stream", stream.value())
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<ArchivedConflict> of(StreamId stream, DocumentId id) {
        return database.read(
                "reading the archive",
                handle -> handle.createQuery(
                                "SELECT losing_revision, losing_deleted, body, type, chosen_revision, outcome, reason"
                                        + FROM + " AND doc_key = :key ORDER BY conflict_id")
                        .bind("stream", stream.value())
                        .bind("key", DocKey.of(id).bytes())
                        .map((row, context) -> conflict(id, row))
                        .list());
    }

    private ArchivedConflict conflict(DocumentId id, ResultSet row) throws SQLException {
        Document loser = new Document(id, Revision.of(row.getString(1)), row.getInt(2) != 0, row.getBytes(3), reader);
        return new ArchivedConflict(
                loser,
                Optional.ofNullable(row.getString(4)),
                Optional.ofNullable(row.getString(5)).map(Revision::of),
                ArchivedConflict.Outcome.valueOf(row.getString(6)),
                row.getString(7));
    }
}
