package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.OpenConflicts;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The archive in {@code sync_conflicts}: every losing version with its full body, once. Thread-safe and reusable. Times
 * are the database's, in UTC. An id or a revision that is no Unicode stands there with U+FFFD for each lone surrogate.
 */
public final class MySqlConflictArchive implements ConflictArchive {
    private static final int LONGEST_NAME = 191;
    private static final int PURGED_AT_ONCE = 1_000;

    private static final String FROM =
            " FROM sync_conflicts WHERE stream_id = (SELECT stream_id FROM sync_streams WHERE name = :stream)";

    private static final String ENTRY = "SELECT conflict_id, id, losing_revision, losing_deleted, body, type,"
            + " chosen_revision, outcome, reason, resolved_by, resolution_note, "
            + Times.text("losing_written_at") + " AS losing_written, "
            + Times.text("chosen_written_at") + " AS chosen_written, "
            + Times.text("detected_at") + " AS detected, "
            + Times.text("resolved_at") + " AS resolved" + FROM;

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
    public void add(StreamId stream, ArchivedConflict loser) {
        Server server = database.server();
        database.transaction("writing the archive", handle -> {
            ArchiveRows.write(handle.getConnection(), Streams.ensure(handle, stream), List.of(loser), server);
            return true;
        });
    }

    @Override
    public long count(StreamId stream) {
        return count(stream, "");
    }

    @Override
    public long countOpen(StreamId stream) {
        return count(stream, " AND is_resolved = 0");
    }

    private long count(StreamId stream, String condition) {
        return database.read(
                "counting the archive",
                handle -> handle.createQuery("SELECT COUNT(*)" + FROM + condition)
                        .bind("stream", stream.value())
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<ArchiveEntry> of(StreamId stream, DocumentId id) {
        return database.read(
                "reading the archive",
                handle -> handle.createQuery(ENTRY + " AND doc_key = :key ORDER BY conflict_id")
                        .bind("stream", stream.value())
                        .bind("key", DocKey.of(id).bytes())
                        .map((row, context) -> entry(id, row))
                        .list());
    }

    @Override
    public List<ArchiveEntry> open(StreamId stream, OpenConflicts page) {
        // The length tells apart what the collation compares without trailing spaces.
        String ofType = page.type()
                .map(type -> " AND type = :type AND LENGTH(type) = LENGTH(:type)")
                .orElse("");
        String before = page.detectedBefore()
                .map(time -> " AND detected_at < CAST(:before AS DATETIME(6))")
                .orElse("");
        return database.read("reading the archive", handle -> {
            Query query = handle.createQuery(ENTRY + " AND is_resolved = 0 AND conflict_id > :after" + ofType + before
                            + " ORDER BY conflict_id LIMIT :limit")
                    .bind("stream", stream.value())
                    .bind("after", page.after())
                    .bind("limit", page.limit());
            page.type().ifPresent(type -> query.bind("type", Unicode.repaired(type)));
            page.detectedBefore().ifPresent(time -> query.bind("before", Times.bound(time)));
            return query.map((row, context) -> entry(DocumentId.of(row.getString("id")), row))
                    .list();
        });
    }

    /** @throws IllegalArgumentException if {@code by} is empty or too long */
    @Override
    public int close(StreamId stream, DocumentId id, String by, String note) {
        int length = by.codePointCount(0, by.length());
        if (by.isBlank() || length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "by: must have 1 to " + LONGEST_NAME + " characters, not all of them blank, had " + length);
        }
        return database.transaction("closing archive entries", handle -> {
            Optional<Integer> number = Streams.find(handle, stream);
            return number.isEmpty()
                    ? 0
                    : ArchiveRows.close(handle.getConnection(), number.get(), List.of(DocKey.of(id)), by, note);
        });
    }

    @Override
    public long purge(StreamId stream, Instant before) {
        String bound = Times.bound(before);
        long purged = 0;
        long last = 0;
        while (true) {
            long after = last;
            List<Long> page = database.read(
                    "reading the archive",
                    handle -> handle.createQuery(
                                    "SELECT conflict_id" + FROM
                                            + " AND is_resolved = 1 AND conflict_id > :after"
                                            + " AND detected_at < CAST(:before AS DATETIME(6)) ORDER BY conflict_id LIMIT :limit")
                            .bind("stream", stream.value())
                            .bind("after", after)
                            .bind("before", bound)
                            .bind("limit", PURGED_AT_ONCE)
                            .mapTo(Long.class)
                            .list());
            if (page.isEmpty()) {
                return purged;
            }
            purged += database.transaction("purging the archive", handle -> delete(handle, page));
            last = page.get(page.size() - 1);
        }
    }

    /** Nothing opens an entry again, so what was closed when it was listed still is. */
    private static int delete(Handle handle, List<Long> numbers) throws SQLException {
        try (PreparedStatement statement = handle.getConnection()
                .prepareStatement("DELETE FROM sync_conflicts WHERE is_resolved = 1 AND conflict_id IN "
                        + Sql.marks(numbers.size()))) {
            for (int i = 0; i < numbers.size(); i++) {
                statement.setLong(i + 1, numbers.get(i));
            }
            return statement.executeUpdate();
        }
    }

    private ArchiveEntry entry(DocumentId id, ResultSet row) throws SQLException {
        Document loser = new Document(
                id,
                Revision.of(row.getString("losing_revision")),
                row.getInt("losing_deleted") != 0,
                row.getBytes("body"),
                reader);
        ArchivedConflict conflict = new ArchivedConflict(
                loser,
                Times.read(row, "losing_written"),
                Optional.ofNullable(row.getString("type")),
                Optional.ofNullable(row.getString("chosen_revision")).map(Revision::of),
                Times.read(row, "chosen_written"),
                ArchivedConflict.Outcome.valueOf(row.getString("outcome")),
                row.getString("reason"));
        Instant detected = Times.read(row, "detected").orElseThrow();
        return new ArchiveEntry(row.getLong("conflict_id"), conflict, detected, closing(row, detected));
    }

    private static Optional<ArchiveEntry.Closing> closing(ResultSet row, Instant detected) throws SQLException {
        String by = row.getString("resolved_by");
        String note = row.getString("resolution_note");
        if (by == null) {
            return Optional.empty();
        }
        Instant at = Times.read(row, "resolved").orElse(detected);
        return Optional.of(new ArchiveEntry.Closing(by, at, note == null ? "" : note));
    }
}
