package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.jdbi.v3.core.Handle;

/**
 * The queue in {@code sync_queue} and the tables next to it. It holds patient data: bodies of operations are documents
 * and patches, in clear text unless they are {@linkplain #sealed sealed}, kept exactly, until {@link #purge} forgets them; grant access to these tables as to the
 * source itself. Thread-safe and reusable; all times are the database's, in UTC.
 *
 * <p>A change of the host's and the operation that tells the source about it become durable together when the host
 * enqueues {@linkplain #joined(Connection) in its own transaction}. There it holds the documents it enqueued on until it
 * ends: another host that enqueues on one of them waits, so that the operations on a document have one order. Workers
 * are never waited for. Enqueue late in a transaction, and on several documents in one order everywhere. Where the host's
 * snapshot (REPEATABLE READ) is older than the operation that waits, the new one goes behind it and is not folded.
 *
 * <p>A client's time is kept as text, whatever it is. Reasons are cut to 2,000 characters. Lone surrogates in names and
 * reasons are replaced by U+FFFD; an id that has one is refused. An operation that no statement can carry, because it
 * is beyond the server's {@code max_allowed_packet}, is refused with an
 * {@link dev.docmirror.error.OperationTooLargeException} when it is enqueued, and fails for good when the edit that
 * stands for it is.
 *
 * <p>The audit is one chain. A change of state is chained by the next worker that claims or settles, or by
 * {@link #audit}, not in the transaction that made it: all hosts would wait for each other there. Until then, a few
 * hundred milliseconds where workers run, an entry that somebody with access to the tables takes out leaves no gap.
 */
public final class MySqlQueueStore implements QueueStore {
    private static final int LONGEST_NAME = 191;
    private static final int PURGED_AT_ONCE = 500;
    private static final Duration SHUT_DELAY = Duration.ofMinutes(1);

    private final Transactions transactions;
    private final boolean joined;
    private final QueueBodies bodies;

    private MySqlQueueStore(Transactions transactions, boolean joined, QueueBodies bodies) {
        this.transactions = transactions;
        this.joined = joined;
        this.bodies = bodies;
    }

    /** @param dataSource stays the host's and is never closed here */
    public static MySqlQueueStore of(DataSource dataSource) {
        return new MySqlQueueStore(Transactions.own(new Database(dataSource)), false, QueueBodies.CLEAR);
    }

    /**
     * The same queue with its bodies encrypted at rest, each bound to its document; id, type, user, device and reasons
     * stay in clear text. What is in the queue in clear text is still read, and sealed when it is next written; open it
     * with the same keys everywhere. An operation whose key is not there, or whose body was altered, stays PENDING with a
     * reason and is looked at again after a minute; meanwhile its body reads as the envelope.
     *
     * <p>Enqueueing fails with a {@link dev.docmirror.error.MissingKeyException} where there is no key to seal with.
     *
     * @param codec whose keys stay the host's
     */
    public MySqlQueueStore sealed(EnvelopeCodec codec) {
        return new MySqlQueueStore(transactions, joined, new QueueBodies(Optional.of(codec)));
    }

    /**
     * The same queue in the host's transaction: what is enqueued, or changed by hand, becomes durable together with what
     * else the host writes, or not at all; nothing is committed or rolled back here, and no setting of the session is
     * changed. After a {@link dev.docmirror.error.TransientSyncException} the host has to roll back and do the whole
     * transaction again. It can enqueue, change, find, list and count; what workers do, and what watches the audit,
     * needs transactions of its own and is refused with an {@link IllegalStateException}.
     *
     * @param connection one to the same database that does not commit by itself; used by one thread at a time
     */
    public QueueStore joined(Connection connection) {
        return new MySqlQueueStore(Transactions.joined(connection, transactions.server()), true, bodies);
    }

    /**
     * The same in the transaction of a handle of the host's.
     *
     * @see #joined(Connection)
     */
    public QueueStore joined(Handle handle) {
        return joined(handle.getConnection());
    }

    @Override
    public QueuedOperation enqueue(SyncOperation operation) {
        Server server = transactions.server();
        bodies.check(operation.id(), operation.body(), server);
        SyncOperation stored = QueueBodies.stored(operation);
        return transactions.change(
                "enqueueing an operation", connection -> new QueueEntrance(connection, server, bodies).enqueue(stored));
    }

    /** @throws IllegalArgumentException if the worker's name is empty or too long */
    @Override
    public List<Claim> claim(String worker, int limit, Duration lease, Set<String> types) {
        name("worker", worker);
        Server server = transactions.server();
        return own("claiming operations", connection -> {
            List<Claim> claims = open(connection, server, worker, limit, lease, types);
            new QueueTrail(connection).chain();
            return claims;
        });
    }

    /** Claims that can be worked on; puts off those whose bodies can't be opened. */
    private List<Claim> open(
            Connection connection, Server server, String worker, int limit, Duration lease, Set<String> types)
            throws SQLException {
        while (true) {
            List<Claim> claims = new QueueClaims(connection, bodies).claim(worker, limit, lease, types);
            List<Claim> open = claims.stream()
                    .filter(claim -> !QueueBodies.isShut(claim.operation()))
                    .toList();
            if (open.size() == claims.size()) {
                return claims;
            }
            Optional<String> why = Optional.of(QueueBodies.SHUT);
            QueueOutcomes.ofWorkers(connection, server, bodies)
                    .settle(claims.stream()
                            .filter(claim -> QueueBodies.isShut(claim.operation()))
                            .map(claim -> Settlement.released(claim, why, SHUT_DELAY))
                            .toList());
            if (!open.isEmpty()) {
                return open;
            }
        }
    }

    @Override
    public List<Claim> renew(Collection<Claim> claims, Duration lease) {
        return own("renewing leases", connection -> new QueueClaims(connection, bodies).renew(claims, lease));
    }

    @Override
    public List<Claim> pin(Collection<Pin> pins) {
        Server server = transactions.server();
        return own(
                "pinning edits",
                connection ->
                        QueueOutcomes.ofWorkers(connection, server, bodies).pin(pins));
    }

    @Override
    public List<Settlement> settle(Collection<Settlement> settlements) {
        Server server = transactions.server();
        return own("settling operations", connection -> {
            List<Settlement> recorded =
                    QueueOutcomes.ofWorkers(connection, server, bodies).settle(settlements);
            new QueueTrail(connection).chain();
            return recorded;
        });
    }

    /** @throws IllegalArgumentException if {@code by} is empty or too long */
    @Override
    public Optional<QueuedOperation> change(long number, ManualChange change, String by, String reason) {
        name("by", by);
        Server server = transactions.server();
        return transactions.change(
                "changing an operation",
                connection -> QueueOutcomes.byHand(connection, server, bodies).change(number, change, by, reason));
    }

    @Override
    public Optional<QueuedOperation> find(long number) {
        return transactions.read(
                "reading the queue",
                connection -> new QueueRows(connection, bodies).find(number).map(QueueRow::operation));
    }

    @Override
    public List<QueuedOperation> list(QueueFilter filter) {
        return transactions.read(
                "reading the queue",
                connection -> new QueueRows(connection, bodies)
                        .page(QueueConditions.of(filter), filter.after(), filter.limit()).stream()
                                .map(QueueRow::operation)
                                .toList());
    }

    @Override
    public QueueStatistics statistics(QueueFilter filter) {
        return transactions.read(
                "counting the queue", connection -> new QueueReports(connection, QueueConditions.of(filter)).read());
    }

    @Override
    public long purge(Instant before) {
        String bound = Times.bound(before);
        long purged = 0;
        while (true) {
            int some = own("purging the queue", connection -> purge(connection, bound));
            purged += some;
            if (some < PURGED_AT_ONCE) {
                return purged;
            }
        }
    }

    private static int purge(Connection connection, String bound) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        Set<DocKey> documents = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT operation_id, doc_key FROM sync_queue FORCE INDEX (sync_queue_states)"
                        + " WHERE state IN ('COMPLETED', 'CANCELLED') AND changed_at < CAST(? AS DATETIME(6)) LIMIT ?"
                        + " FOR UPDATE SKIP LOCKED")) {
            statement.setString(1, bound);
            statement.setInt(2, PURGED_AT_ONCE);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    numbers.add(row.getLong(1));
                    documents.add(new DocKey(row.getBytes(2)));
                }
            }
        }
        if (numbers.isEmpty()) {
            return 0;
        }
        Sql.deleteNumbered(connection, "sync_queue", "operation_id", numbers);
        new QueueDocuments(connection).forget(documents, numbers);
        return numbers.size();
    }

    @Override
    public List<AuditEntry> audit(long after, int limit) {
        boolean more = true;
        while (more) {
            more = own("chaining the audit", connection -> new QueueTrail(connection).chainSurely());
        }
        return own("reading the audit", connection -> new QueueTrail(connection).page(after, limit));
    }

    private <T> T own(String doing, Transactions.Work<T> work) {
        if (joined) {
            throw new IllegalStateException(
                    doing + " needs a transaction of its own: use the store that was not joined");
        }
        return transactions.change(doing, work);
    }

    private static void name(String property, String value) {
        if (value.isEmpty() || value.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    property + ": must have 1 to " + LONGEST_NAME + " characters, had " + value.length());
        }
    }
}
