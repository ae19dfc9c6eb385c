package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Revision;

/**
 * Keeps the operations of a queue durably. Thread-safe; time is the store's own. Every change of state leaves an audit
 * entry (who, when, from, to, why; never content) that is chained to the one before by a hash.
 *
 * <p>Throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself.
 */
public interface QueueStore {

    /**
     * Adds an operation, or folds it into the newest one on the same document, if that one waits
     * and was never tried.
     *
     * @return the operation that now stands for it
     */
    QueuedOperation enqueue(SyncOperation operation);

    /**
     * Takes operations that are due, and gives them to a worker until its lease runs out: PENDING ones, FAILED ones with
     * tries left, PROCESSING ones whose lease ran out. Of each document only the oldest operation that is not final, and
     * none while that one is not due: so the operations on a document take effect in their order, and an operation in
     * conflict or without tries left holds back those behind it. Two workers never get the same operation.
     */
    List<Claim> claim(String worker, int limit, Duration lease, int maxAttempts);

    /** Makes leases last for their full time again; those that were lost meanwhile are left out of the answer. */
    List<Claim> renew(Collection<Claim> claims, Duration lease);

    /**
     * Records what became of claimed operations, all in one transaction. A claim that was lost meanwhile changes
     * nothing. Where an operation is completed with a revision, the next one on the same document, if it was made from
     * the same base, is made from that revision from now on.
     */
    void settle(Collection<Settlement> settlements);

    /**
     * Changes the state of an operation by hand.
     *
     * @param by who, for the audit
     * @return empty if there is no such operation, or its state does not allow that
     */
    Optional<QueuedOperation> change(long number, ManualChange change, String by, String reason);

    /** An operation, if it was not purged. */
    Optional<QueuedOperation> find(long number);

    /** A page of operations, oldest first. */
    List<QueuedOperation> list(QueueFilter filter);

    /** Counts by state, and more. */
    QueueStatistics statistics(QueueFilter filter);

    /** Forgets final operations that changed last before a time, in small transactions; their audit stays. */
    long purge(Instant before);

    /**
     * The right to process one operation.
     *
     * @param token another one each time an operation is claimed
     */
    record Claim(QueuedOperation operation, String worker, long token) {}

    /**
     * What became of a claimed operation.
     *
     * @param next the state it has now
     * @param operation what is left to do, where that changed: on another base
     * @param retryIn when it is due again, for FAILED and PENDING
     */
    record Settlement(
            Claim claim,
            OperationState next,
            Optional<SyncOperation> operation,
            Optional<Revision> result,
            Optional<Revision> server,
            Optional<String> reason,
            Duration retryIn) {}

    /** What can be done by hand. */
    enum ManualChange {
        /** FAILED or CONFLICT: PENDING again, with all tries; for a conflict on top of the server's version. */
        RETRY,
        /** PENDING, FAILED or CONFLICT: CANCELLED. */
        CANCEL,
        /** CONFLICT: COMPLETED without a write; the server's version stays. */
        YIELD
    }
}
