package dev.docmirror.queue;

import java.time.Duration;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.queue.QueueStore.Claim;

/**
 * What became of a claimed operation.
 *
 * @param next the state it has now; FAILED counts as a try
 * @param operation what is left to do, where that changed
 * @param keepsPin whether the edit that was pinned stays: it may have been written
 * @param result the revision that it wrote, or that holds its effect already
 * @param server the revision that stands against it
 * @param reason why; a rule or an error code, no content
 * @param retryIn when it is due again; empty for FAILED: not by itself
 */
public record Settlement(
        Claim claim,
        OperationState next,
        Optional<SyncOperation> operation,
        boolean keepsPin,
        Optional<Revision> result,
        Optional<Revision> server,
        Optional<String> reason,
        Optional<Duration> retryIn) {
    public Settlement {
        if (!OperationState.PROCESSING.mayBecome(next)) {
            throw new IllegalArgumentException("next: must follow on PROCESSING, was " + next);
        }
        if (retryIn.isPresent() ? next.isFinal() || next == OperationState.CONFLICT : next == OperationState.PENDING) {
            throw new IllegalArgumentException(
                    "retryIn: must be given for PENDING, may be for FAILED, was " + retryIn + " for " + next);
        }
    }

    /**
     * It is done.
     *
     * @param result empty if nothing of it is in the source: it was given up for the server's version
     */
    public static Settlement completed(Claim claim, Optional<Revision> result, Optional<String> reason) {
        return of(claim, OperationState.COMPLETED, false, result, Optional.empty(), reason, Optional.empty());
    }

    /** The source holds another version than the one it was made from. It was not written. */
    public static Settlement conflict(Claim claim, Optional<Revision> server, String reason) {
        return of(
                claim, OperationState.CONFLICT, false, Optional.empty(), server, Optional.of(reason), Optional.empty());
    }

    /**
     * It failed, and nobody knows whether it was written.
     *
     * @param retryIn when it is tried again; empty if no try is left
     */
    public static Settlement failed(Claim claim, String reason, Optional<Duration> retryIn) {
        return of(claim, OperationState.FAILED, true, Optional.empty(), Optional.empty(), Optional.of(reason), retryIn);
    }

    /** It was refused and would be again; it was not written. */
    public static Settlement refused(Claim claim, String reason) {
        return of(
                claim,
                OperationState.FAILED,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason),
                Optional.empty());
    }

    /** It was not tried and waits again, as it is. */
    public static Settlement released(Claim claim, Optional<String> reason, Duration wait) {
        return of(claim, OperationState.PENDING, true, Optional.empty(), Optional.empty(), reason, Optional.of(wait));
    }

    /** It was not written and waits again, as another operation on the same document: on another base. */
    public static Settlement again(Claim claim, SyncOperation operation, String reason, Duration wait) {
        return new Settlement(
                claim,
                OperationState.PENDING,
                Optional.of(operation),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason),
                Optional.of(wait));
    }

    private static Settlement of(
            Claim claim,
            OperationState next,
            boolean keepsPin,
            Optional<Revision> result,
            Optional<Revision> server,
            Optional<String> reason,
            Optional<Duration> retryIn) {
        return new Settlement(claim, next, Optional.empty(), keepsPin, result, server, reason, retryIn);
    }
}
