package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.mirror.MirrorTransaction;
import org.jdbi.v3.core.Handle;

/**
 * Checkpoints in {@code sync_checkpoints}. With a {@link MySqlMirrorSink} on the same {@link DataSource}, or with any
 * transaction that offers JDBI's {@link Handle} and no other data source, a checkpoint is saved in the transaction of
 * its rows; otherwise right after it. Thread-safe and reusable.
 */
public final class MySqlCheckpointStore implements CheckpointStore {
    private static final String NUMBER = "(SELECT stream_id FROM sync_streams WHERE name = ?)";

    /** Compares byte by byte, since a collation may think different texts equal. */
    private static final String REPLACE = "UPDATE sync_checkpoints SET position = ?, source_server = ?,"
            + " source_database = ?, source_incarnation = ?, saved_at = UTC_TIMESTAMP(6)"
            + " WHERE stream_id = " + NUMBER
            + " AND CAST(position AS BINARY) = CAST(? AS BINARY)"
            + " AND CAST(source_server AS BINARY) = CAST(? AS BINARY)"
            + " AND CAST(source_database AS BINARY) = CAST(? AS BINARY)"
            + " AND CAST(source_incarnation AS BINARY) = CAST(? AS BINARY)";

    private final Database database;

    private MySqlCheckpointStore(Database database) {
        this.database = database;
    }

    /** @param dataSource stays the host's and is never closed here */
    public static MySqlCheckpointStore of(DataSource dataSource) {
        return new MySqlCheckpointStore(new Database(dataSource));
    }

    @Override
    public Optional<Checkpoint> load(StreamId stream) {
        return database.read("loading the checkpoint of stream " + stream, handle -> find(handle, stream, ""));
    }

    @Override
    public void save(
            StreamId stream, Optional<Checkpoint> expected, Checkpoint reached, MirrorTransaction transaction) {
        String doing = "saving the checkpoint of stream " + stream;
        Optional<Handle> joined = transaction
                .unwrap(Handle.class)
                .filter(handle -> transaction
                        .unwrap(DataSource.class)
                        .map(other -> other == database.dataSource())
                        .orElse(true));
        if (joined.isEmpty()) {
            transaction.afterCommit(() -> database.transaction(doing, handle -> {
                save(handle, stream, expected, reached);
                return true;
            }));
            return;
        }
        try {
            save(joined.get(), stream, expected, reached);
        } catch (SQLException | RuntimeException e) {
            throw Failures.translate(e, doing);
        }
    }

    private static void save(Handle handle, StreamId stream, Optional<Checkpoint> expected, Checkpoint reached)
            throws SQLException {
        if (expected.isPresent() && replace(handle, stream, expected.get(), reached)) {
            return;
        }
        Streams.ensure(handle, stream);
        Optional<Checkpoint> stored = find(handle, stream, " FOR UPDATE");
        if (stored.isPresent() && stored.get().equals(reached)) {
            return;
        }
        if (!stored.equals(expected)) {
            throw new CheckpointConflictException(
                    "the stored checkpoint of stream " + stream + (stored.isPresent() ? " is another one" : " is gone")
                            + " than this worker wrote or read last: another process moved or reset it; start again"
                            + " from what is stored",
                    null);
        }
        if (stored.isEmpty()) {
            insert(handle, stream, reached);
        }
    }

    /** The usual case in one round trip: before JDBI's way of executing an update, some drivers ask if they may. */
    private static boolean replace(Handle handle, StreamId stream, Checkpoint expected, Checkpoint reached)
            throws SQLException {
        try (PreparedStatement replace = handle.getConnection().prepareStatement(REPLACE)) {
            bind(replace, 1, reached);
            replace.setString(5, stream.value());
            bind(replace, 6, expected);
            return replace.executeUpdate() > 0;
        }
    }

    private static void bind(PreparedStatement statement, int first, Checkpoint checkpoint) throws SQLException {
        statement.setString(first, checkpoint.position().value());
        statement.setString(first + 1, checkpoint.source().server());
        statement.setString(first + 2, checkpoint.source().database());
        statement.setString(first + 3, checkpoint.source().incarnation());
    }

    private static void insert(Handle handle, StreamId stream, Checkpoint reached) {
        handle.execute(
                "INSERT INTO sync_checkpoints (stream_id,"
                        + " position, source_server, source_database, source_incarnation, saved_at) VALUES (" + NUMBER
                        + ", ?, ?, ?, ?, UTC_TIMESTAMP(6))",
                stream.value(),
                reached.position().value(),
                reached.source().server(),
                reached.source().database(),
                reached.source().incarnation());
    }

    private static Optional<Checkpoint> find(Handle handle, StreamId stream, String lock) {
        return handle.createQuery("SELECT position, source_server, source_database, source_incarnation"
                        + " FROM sync_checkpoints WHERE stream_id = " + NUMBER + lock)
                .bind(0, stream.value())
                .map((row, context) -> new Checkpoint(
                        position(stream, row.getString(1)),
                        new SourceIdentity(row.getString(2), row.getString(3), row.getString(4))))
                .findOne();
    }

    /** Only somebody else's hand empties it; the beginning of the feed would be a guess. */
    private static Position position(StreamId stream, String stored) {
        if (stored.isEmpty()) {
            throw new InvalidPositionException(
                    "the stored position of stream " + stream + " is empty; restore the checkpoint, or reset the stream"
                            + " to mirror from the beginning",
                    null);
        }
        return Position.of(stored);
    }

    @Override
    public void reset(StreamId stream) {
        database.transaction(
                "resetting the checkpoint of stream " + stream,
                handle -> handle.execute("DELETE FROM sync_checkpoints WHERE stream_id = " + NUMBER, stream.value()));
    }
}
