package dev.docmirror.mysql;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mysql.Rebuild.Phase;
import dev.docmirror.mysql.RebuildTables.Rename;
import org.jdbi.v3.core.Handle;

/**
 * Changes the tables of a rebuild for the live ones, and hands the stream's name on. Each step can be repeated, by whoever.
 *
 * <p>A rename can't be fenced, and somebody frozen in front of it may wake up late. So both streams are barred from before
 * the rename until the name is handed on, with no time limit; and a rename that comes too late finds its tables gone.
 */
final class RebuildSwap {
    /** How long others wait behind a rename that waits. */
    private static final int LOCK_SECONDS = 2;

    private static final int ATTEMPTS = 30;

    private final Database database;
    private final Rebuild rebuild;

    RebuildSwap(Database database, Rebuild rebuild) {
        this.database = database;
        this.rebuild = rebuild;
    }

    /** Begins: from here on nobody writes either of the two streams. */
    static void bar(Handle handle, Rebuild rebuild, String owner, long epoch) throws SQLException {
        if (!Streams.holds(handle, rebuild.live(), epoch) || !rebuild.advance(handle, Phase.FILLING, Phase.SWAPPING)) {
            throw new LeaseLostException(
                    "the live worker of stream " + rebuild.stream() + " went on, because the rebuild took too long to"
                            + " catch up with it; swap it again",
                    null);
        }
        Streams.bar(handle, rebuild.live(), owner);
        Streams.bar(handle, rebuild.shadow(), owner);
    }

    /**
     * Renames the tables that still have their old names, all at once. The lock that keeps others from doing so is that of
     * the very connection that renames: whoever loses the one has lost the other.
     *
     * @throws TransientSyncException if a reader held the tables all the time; the swap has not begun then
     */
    void rename() {
        boolean done = MySqlSchema.alone(database, "renaming the tables of stream " + rebuild.stream(), handle -> {
            boolean swapping = Rebuild.find(handle, rebuild.stream())
                    .filter(now -> now.number() == rebuild.number() && now.phase() == Phase.SWAPPING)
                    .isPresent();
            boolean renamed = !swapping;
            for (int attempt = 0; attempt < ATTEMPTS && !renamed; attempt++) {
                renamed = renamed(handle);
            }
            return renamed || !givenUp(handle);
        });
        if (!done) {
            throw new TransientSyncException(
                    "the tables of stream " + rebuild.stream()
                            + " are held by a reader for more than a minute; end long"
                            + " queries, or swap them at another time",
                    null);
        }
    }

    private boolean givenUp(Handle handle) {
        if (RebuildTables.pending(handle, rebuild).size()
                < RebuildTables.all(rebuild).size()) {
            throw new TransientSyncException(
                    "some tables of stream " + rebuild.stream() + " are renamed and others held by a reader; begin the"
                            + " rebuild again to end the swap",
                    null);
        }
        return database.transaction("giving the swap up", other -> {
            rebuild.advance(other, Phase.SWAPPING, Phase.FILLING);
            release(other, rebuild.live());
            release(other, rebuild.shadow());
            return true;
        });
    }

    private static void release(Handle handle, int stream) {
        handle.createUpdate("UPDATE sync_streams SET lease_owner = NULL, lease_expires_at = NULL,"
                        + " lease_epoch = lease_epoch + 1 WHERE stream_id = :stream")
                .bind("stream", stream)
                .execute();
    }

    /** False if the tables could not be had in time. */
    private boolean renamed(Handle handle) throws SQLException {
        List<Rename> pending = RebuildTables.pending(handle, rebuild);
        if (pending.isEmpty()) {
            return true;
        }
        String renames = pending.stream()
                .map(rename -> Sql.name(rename.from()) + " TO " + Sql.name(rename.to()))
                .collect(Collectors.joining(", ", "RENAME TABLE ", ""));
        try {
            MySqlSchema.executeWith(handle, "lock_wait_timeout", LOCK_SECONDS, renames);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == Failures.LOCK_WAIT) {
                return false;
            }
            throw e;
        }
    }

    /** Hands the stream's name on to the new mirror, with what it keeps of the old one. One transaction. */
    void hand() {
        database.transaction("handing stream " + rebuild.stream() + " on", handle -> {
            // Who comes second waits here, and finds it done.
            if (!rebuild.advance(handle, Phase.SWAPPING, Phase.SWAPPED)) {
                return false;
            }
            handArchive(handle);
            handWriteBacks(handle);
            handDeadLetters(handle);
            long epoch = handle.createQuery("SELECT MAX(lease_epoch) FROM sync_streams WHERE stream_id IN (:l, :s)")
                    .bind("l", rebuild.live())
                    .bind("s", rebuild.shadow())
                    .mapTo(Long.class)
                    .one();
            rename(handle, rebuild.live(), rebuild.replacedStream().value());
            rename(handle, rebuild.shadow(), rebuild.stream().value());
            handle.createUpdate("UPDATE sync_streams SET lease_owner = NULL, lease_expires_at = NULL,"
                            + " lease_epoch = :epoch WHERE stream_id = :s")
                    .bind("epoch", epoch + 1)
                    .bind("s", rebuild.shadow())
                    .execute();
            return true;
        });
    }

    private static void rename(Handle handle, int stream, String name) {
        handle.createUpdate("UPDATE sync_streams SET name = :name WHERE stream_id = :stream")
                .bind("name", name)
                .bind("stream", stream)
                .execute();
    }

    /** Somebody who had looked the stream up before may have archived there since. */
    void handArchive() {
        database.transaction("handing the archive of stream " + rebuild.stream() + " on", handle -> {
            handArchive(handle);
            return true;
        });
    }

    /** The live archive's entries are older and may have been closed by people: they are the ones to keep. */
    private void handArchive(Handle handle) {
        execute(
                handle,
                "DELETE s FROM sync_conflicts l STRAIGHT_JOIN sync_conflicts s FORCE INDEX (sync_conflicts_once)"
                        + " ON s.stream_id = :s AND s.doc_key = l.doc_key AND s.revision_key = l.revision_key"
                        + " AND s.body_hash = l.body_hash WHERE l.stream_id = :l");
        execute(handle, "UPDATE sync_conflicts SET stream_id = :s WHERE stream_id = :l");
    }

    private void handWriteBacks(Handle handle) {
        execute(
                handle,
                "DELETE s FROM sync_write_backs l JOIN sync_write_backs s"
                        + " ON s.stream_id = :s AND s.doc_key = l.doc_key WHERE l.stream_id = :l");
        execute(handle, "UPDATE sync_write_backs SET stream_id = :s WHERE stream_id = :l");
    }

    /** They name the tables by their usual names, tell since when a document is parked, and stay discarded. */
    private void handDeadLetters(Handle handle) {
        execute(
                handle,
                "UPDATE sync_dead_letters s JOIN sync_dead_letters l ON l.stream_id = :l AND l.doc_key = s.doc_key"
                        + " SET s.first_at = LEAST(s.first_at, l.first_at), s.attempts = s.attempts + l.attempts,"
                        + " s.discarded_at = l.discarded_at, s.discarded_by = l.discarded_by,"
                        + " s.discard_note = l.discard_note"
                        + " WHERE s.stream_id = :s AND s.revision = l.revision AND s.kind = l.kind");
        for (Rebuild.Table table : rebuild.tables()) {
            handle.createUpdate("UPDATE sync_dead_letters SET reason = REPLACE(reason, :shadow, :name)"
                            + " WHERE stream_id = :s AND LOCATE(:shadow, reason) > 0")
                    .bind("s", rebuild.shadow())
                    .bind("shadow", table.shadow())
                    .bind("name", table.name())
                    .execute();
        }
    }

    private void execute(Handle handle, String sql) {
        handle.createUpdate(sql)
                .bind("l", rebuild.live())
                .bind("s", rebuild.shadow())
                .execute();
    }
}
