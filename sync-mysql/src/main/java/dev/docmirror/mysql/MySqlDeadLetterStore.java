package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterStore;

/**
 * Reads {@code sync_dead_letters}, where there is also how often and when a document failed. An id or revision that is
 * no Unicode stands there with U+FFFD for each lone surrogate. Thread-safe and reusable.
 */
public final class MySqlDeadLetterStore implements DeadLetterStore {
    private static final String FROM =
            " FROM sync_dead_letters WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = :stream)";

    private final Database database;

    private MySqlDeadLetterStore(Database database) {
        this.database = database;
    }

    /** @param dataSource stays the host's and is never closed here */
    public static MySqlDeadLetterStore of(DataSource dataSource) {
        return new MySqlDeadLetterStore(new Database(dataSource));
    }

    @Override
    public long count(StreamId stream) {
        return database.read(
                "counting the dead letters",
                handle -> handle.createQuery("SELECT COUNT(*)" + FROM)
                        .bind("stream", stream.value())
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<DeadLetter> list(StreamId stream, int limit) {
        return database.read(
                "reading the dead letters",
                handle -> handle.createQuery("SELECT id, revision, type, kind, reason" + FROM
                                + " ORDER BY last_at DESC, doc_key LIMIT :limit")
                        .bind("stream", stream.value())
                        .bind("limit", limit)
                        .map((row, context) -> letter(row, DocumentId.of(row.getString(1))))
                        .list());
    }

    @Override
    public Optional<DeadLetter> of(StreamId stream, DocumentId id) {
        return database.read(
                "reading a dead letter",
                handle -> handle.createQuery("SELECT id, revision, type, kind, reason" + FROM + " AND doc_key = :key")
                        .bind("stream", stream.value())
                        .bind("key", DocKey.of(id).bytes())
                        .map((row, context) -> letter(row, id))
                        .findOne());
    }

    private static DeadLetter letter(ResultSet row, DocumentId id) throws SQLException {
        return new DeadLetter(
                id,
                Revision.of(row.getString(2)),
                Optional.ofNullable(row.getString(3)),
                DeadLetter.Kind.valueOf(row.getString(4)),
                row.getString(5));
    }
}
