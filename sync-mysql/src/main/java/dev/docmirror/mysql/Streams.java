package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.StreamId;
import org.jdbi.v3.core.Handle;

/** Statements on {@code sync_streams}: a stream's number and its lease. All times are the database's. */
final class Streams {
    private static final String FREE =
            "(lease_owner IS NULL OR lease_owner = :owner OR lease_expires_at <= UTC_TIMESTAMP(6))";

    private Streams() {}

    /** The stream's number; the stream is made known if it is not. */
    static int ensure(Handle handle, StreamId stream) {
        return find(handle, stream).orElseGet(() -> {
            handle.createUpdate(
                            "INSERT INTO sync_streams (name) VALUES (:name) ON DUPLICATE KEY UPDATE name = sync_streams.name")
                    .bind("name", stream.value())
                    .execute();
            return find(handle, stream).orElseThrow();
        });
    }

    static Optional<Integer> find(Handle handle, StreamId stream) {
        return handle.createQuery("SELECT stream_id FROM sync_streams WHERE name = :name")
                .bind("name", stream.value())
                .mapTo(Integer.class)
                .findOne();
    }

    /** Looks without a lock, so that standing by disturbs nobody. */
    static boolean isFree(Handle handle, int stream, String owner) {
        return handle.createQuery("SELECT COUNT(*) FROM sync_streams WHERE stream_id = :stream AND " + FREE)
                        .bind("stream", stream)
                        .bind("owner", owner)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** @return the epoch of the new lease, empty if it is not free */
    static OptionalLong take(Handle handle, int stream, String owner, Duration ttl) {
        // The condition may count as unchanged or changed; what stands there afterwards, under our lock, decides.
        Optional<Long> before = handle.createQuery(
                        "SELECT lease_epoch FROM sync_streams WHERE stream_id = :stream AND " + FREE + " FOR UPDATE")
                .bind("stream", stream)
                .bind("owner", owner)
                .mapTo(Long.class)
                .findOne();
        if (before.isEmpty()) {
            return OptionalLong.empty();
        }
        long epoch = before.get() + 1;
        handle.createUpdate(
                        "UPDATE sync_streams SET lease_owner = :owner, lease_epoch = :epoch,"
                                + " lease_expires_at = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND WHERE stream_id = :stream")
                .bind("owner", owner)
                .bind("epoch", epoch)
                .bind("micros", micros(ttl))
                .bind("stream", stream)
                .execute();
        return OptionalLong.of(epoch);
    }

    /**
     * Takes the lease from whoever holds it: what that one has not committed by now it can't commit any more.
     *
     * @return the epoch of the new lease
     */
    static long seize(Handle handle, int stream, String owner, Duration ttl) {
        handle.createUpdate(
                        "UPDATE sync_streams SET lease_owner = :owner, lease_epoch = lease_epoch + 1,"
                                + " lease_expires_at = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND WHERE stream_id = :stream")
                .bind("owner", owner)
                .bind("micros", micros(ttl))
                .bind("stream", stream)
                .execute();
        return handle.createQuery("SELECT lease_epoch FROM sync_streams WHERE stream_id = :stream FOR UPDATE")
                .bind("stream", stream)
                .mapTo(Long.class)
                .one();
    }

    /** Nobody may write the stream any more, until somebody releases it: not even after a crash of who bars it. */
    static long bar(Handle handle, int stream, String owner) {
        return seize(handle, stream, owner, Duration.ofDays(365_000));
    }

    /** @return whether the lease is still that of the epoch */
    static boolean renew(Handle handle, int stream, long epoch, Duration ttl) throws SQLException {
        if (!holds(handle, stream, epoch)) {
            return false;
        }
        handle.createUpdate("UPDATE sync_streams"
                        + " SET lease_expires_at = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND"
                        + " WHERE stream_id = :stream AND lease_epoch = :epoch")
                .bind("micros", micros(ttl))
                .bind("stream", stream)
                .bind("epoch", epoch)
                .execute();
        return true;
    }

    /**
     * Whether the lease is still that of the epoch; locks it until the end of the transaction. Plain JDBC, as all that
     * is done for each batch.
     */
    static boolean holds(Handle handle, int stream, long epoch) throws SQLException {
        try (PreparedStatement statement = handle.getConnection()
                .prepareStatement("SELECT 1 FROM sync_streams WHERE stream_id = ?"
                        + " AND lease_epoch = ? AND lease_owner IS NOT NULL FOR UPDATE")) {
            statement.setInt(1, stream);
            statement.setLong(2, epoch);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    static void release(Handle handle, int stream, long epoch) {
        handle.createUpdate("UPDATE sync_streams SET lease_owner = NULL, lease_expires_at = NULL"
                        + " WHERE stream_id = :stream AND lease_epoch = :epoch")
                .bind("stream", stream)
                .bind("epoch", epoch)
                .execute();
    }

    /** Frees a stream of an owner who is known to have ended; one who has not can't commit any more. */
    static void release(Handle handle, int stream, String owner) {
        handle.createUpdate("UPDATE sync_streams SET lease_owner = NULL, lease_expires_at = NULL"
                        + " WHERE stream_id = :stream AND lease_owner = :owner")
                .bind("stream", stream)
                .bind("owner", owner)
                .execute();
    }

    private static long micros(Duration ttl) {
        return TimeUnit.SECONDS.toMicros(ttl.toSeconds()) + ttl.toNanosPart() / 1_000;
    }
}
