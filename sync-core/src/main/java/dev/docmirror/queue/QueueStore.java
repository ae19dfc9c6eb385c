package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the operations of a queue durably. Thread-safe; time is the store's own. Every change of state, and every
 * folding, leaves an {@link AuditEntry} that is durable together with it.
 *
 * <p>Throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself.
 */
public interface QueueStore {

    /**
     * Adds an operation, or {@linkplain Folding folds} it into the newest one on the same document, if that one is
     * not final.
     *
     * @return the operation that now stands for it; a cancelled one if nothing is left to do
     * @throws dev.docmirror.error.OperationTooLargeException if it can't be kept
     */
    QueuedOperation enqueue(SyncOperation operation);

    /**
     * Takes operations that are due, roughly those first that wait longest, and gives them to a worker until its lease
     * runs out: PENDING and FAILED ones whose time has come, PROCESSING ones whose lease ran out. Of each document only
     * the oldest operation that is not final, and none while that one is not due: so the operations on a document take
     * effect in their order, and an operation that {@linkplain QueuedOperation#isStuck() is stuck} holds back those behind
     * it. Two workers never get the same operation.
     *
     * @param types only {@linkplain SyncOperation#type() of these types}; empty means of all. One that is not taken for its
     *     type holds back those behind it all the same
     */
    List<Claim> claim(String worker, int limit, Duration lease, Set<String> types);

    /** Takes operations of all types. */
    default List<Claim> claim(String worker, int limit, Duration lease) {
        return claim(worker, limit, lease, Set.of());
    }

    /**
     * Makes leases last for their full time again.
     *
     * @return the claims that still hold; one is lost when its operation was claimed again
     */
    List<Claim> renew(Collection<Claim> claims, Duration lease);

    /**
     * Fixes what is about to be sent, before it is sent: whoever takes the operation over sends the very same edit, which
     * the target recognizes.
     *
     * @return the claims that still hold; nothing may be sent for the others
     * @throws dev.docmirror.error.OperationTooLargeException if an edit can't be kept; none of them is then
     */
    List<Claim> pin(Collection<Pin> pins);

    /**
     * Records what became of claimed operations, all in one transaction. A claim that was lost changes nothing. Where an
     * operation is completed with a revision, or goes on with another base, the later ones on the same document that were
     * {@linkplain SyncOperation#sameBase made from the same base} are made from that revision from now on.
     *
     * @return those that were recorded
     */
    List<Settlement> settle(Collection<Settlement> settlements);

    /**
     * Changes the state of an operation by hand. Where it goes on with another base, so do the later ones on the same
     * document that were made from the same base.
     *
     * @param by who, for the audit, 1 to 191 characters
     * @param reason why; no content
     * @return the operation as it stands now; empty if there is no such operation, or its state does not
     *     {@linkplain ManualChange#allows allow} that
     */
    Optional<QueuedOperation> change(long number, ManualChange change, String by, String reason);

    /** An operation, if it was not purged. */
    Optional<QueuedOperation> find(long number);

    /** A page of operations, oldest first. */
    List<QueuedOperation> list(QueueFilter filter);

    /** Counts by state, and more, of all operations that a filter means, whatever its page. */
    QueueStatistics statistics(QueueFilter filter);

    /** Forgets final operations that changed last before a time, in small transactions; their audit stays. */
    long purge(Instant before);

    /**
     * A page of the audit, oldest first, up to the latest change that is durable. The entries are
     * {@linkplain AuditEntry#after chained}; a store may chain an entry later than it writes it, but not later than
     * here.
     *
     * @param after only entries with a greater sequence
     */
    List<AuditEntry> audit(long after, int limit);

    /**
     * The right to process one operation.
     *
     * @param token another one each time an operation is claimed, and never that of another operation
     */
    record Claim(QueuedOperation operation, String worker, long token) {}

    /**
     * What is about to be sent for an operation.
     *
     * @param edit must come back from the store as it is, down to the digits of its numbers
     */
    record Pin(Claim claim, DocumentEdit edit) {}
}
