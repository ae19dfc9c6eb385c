package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.deadletter.DiscardedLetter;
import dev.docmirror.deadletter.ParkedLetter;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The dead letters in {@code sync_dead_letters}, where there is also how often and when a document failed. An id or revision that is
 * no Unicode stands there with U+FFFD for each lone surrogate. Thread-safe and reusable.
 */
public final class MySqlDeadLetterStore implements DeadLetterStore {
    private static final int PURGED_AT_ONCE = 1_000;

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
    public long count(StreamId stream, DeadLetterFilter filter) {
        return database.read(
                "counting the dead letters",
                handle -> where(handle, "SELECT COUNT(*)" + FROM, "", stream, filter)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<DeadLetter> list(StreamId stream, DeadLetterFilter filter, int limit) {
        return database.read(
                "reading the dead letters",
                handle -> where(
                                handle,
                                "SELECT id, revision, type, kind, reason" + FROM,
                                " ORDER BY last_at DESC, doc_key LIMIT :limit",
                                stream,
                                filter)
                        .bind("limit", limit)
                        .map((row, context) -> letter(row, DocumentId.of(row.getString(1))))
                        .list());
    }

    @Override
    public List<DocumentId> ids(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit) {
        return database.read(
                "reading the dead letters",
                handle -> page(handle, "SELECT id" + FROM, stream, filter, after, limit)
                        .map((row, context) -> DocumentId.of(row.getString(1)))
                        .list());
    }

    @Override
    public List<ParkedLetter> parked(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit) {
        String columns = "SELECT id, revision, type, kind, reason, attempts, " + Times.text("first_at")
                + " AS first_time, " + Times.text("last_at") + " AS last_time";
        return database.read(
                "reading the dead letters",
                handle -> page(handle, columns + FROM, stream, filter, after, limit)
                        .map((row, context) -> new ParkedLetter(
                                letter(row, DocumentId.of(row.getString(1))),
                                row.getLong(6),
                                Times.read(row, "first_time").orElseThrow(),
                                Times.read(row, "last_time").orElseThrow()))
                        .list());
    }

    private static Query page(
            Handle handle,
            String from,
            StreamId stream,
            DeadLetterFilter filter,
            Optional<DocumentId> after,
            int limit) {
        String order = (after.isPresent() ? " AND doc_key > :after" : "") + " ORDER BY doc_key LIMIT :limit";
        Query query = where(handle, from, order, stream, filter).bind("limit", limit);
        after.ifPresent(last -> query.bind("after", DocKey.of(last).bytes()));
        return query;
    }

    private static Query where(Handle handle, String from, String rest, StreamId stream, DeadLetterFilter filter) {
        String typed = filter.type().isPresent() ? " AND type = :type" : "";
        Query query = handle.createQuery(from + " AND discarded_at IS NULL AND kind IN (<kinds>)" + typed + rest)
                .bind("stream", stream.value())
                .bindList("kinds", filter.kinds().stream().map(Enum::name).toList());
        filter.type().ifPresent(type -> query.bind("type", type));
        return query;
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

    @Override
    public long discard(StreamId stream, Collection<DocumentId> ids, String by, String reason) {
        DiscardedLetter.checkName(by);
        List<DocKey> keys = Registry.sorted(ids.stream().map(DocKey::of).toList());
        return database.transaction("discarding dead letters", handle -> {
            Optional<Integer> number = Streams.find(handle, stream);
            return number.isEmpty()
                    ? 0
                    : DeadLetterRows.discard(handle.getConnection(), number.get(), keys, by, reason);
        });
    }

    @Override
    public List<DiscardedLetter> discarded(StreamId stream, int limit) {
        return database.read(
                "reading the discarded letters",
                handle -> handle.createQuery("SELECT id, revision, type, kind, reason, discarded_by, discard_note, "
                                + Times.text("discarded_at") + " AS discarded" + FROM
                                + " AND discarded_at IS NOT NULL ORDER BY discarded_at DESC, doc_key LIMIT :limit")
                        .bind("stream", stream.value())
                        .bind("limit", limit)
                        .map((row, context) -> new DiscardedLetter(
                                letter(row, DocumentId.of(row.getString(1))),
                                row.getString(6),
                                Times.read(row, "discarded").orElseThrow(),
                                row.getString(7)))
                        .list());
    }

    @Override
    public long purge(StreamId stream, Instant before) {
        long purged = 0;
        int some = PURGED_AT_ONCE;
        while (some == PURGED_AT_ONCE) {
            some = database.transaction(
                    "purging the discarded letters",
                    handle -> handle.createUpdate(
                                    "DELETE" + FROM
                                            + " AND discarded_at < CAST(:before AS DATETIME(6)) ORDER BY discarded_at LIMIT :limit")
                            .bind("stream", stream.value())
                            .bind("before", Times.bound(before))
                            .bind("limit", PURGED_AT_ONCE)
                            .execute());
            purged += some;
        }
        return purged;
    }

    @Override
    public Optional<String> mapping(StreamId stream) {
        return database.read(
                "reading the name of the mapping",
                handle -> handle.createQuery(
                                "SELECT mapping FROM sync_streams WHERE name = :stream AND mapping IS NOT NULL")
                        .bind("stream", stream.value())
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public void mapping(StreamId stream, String version) {
        database.transaction("remembering the name of the mapping", handle -> {
            Streams.ensure(handle, stream);
            return handle.createUpdate("UPDATE sync_streams SET mapping = :version WHERE name = :stream")
                    .bind("version", Unicode.repaired(version))
                    .bind("stream", stream.value())
                    .execute();
        });
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
