package dev.docmirror.queue;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.Revision;

/**
 * An operation in the queue. All times are the store's.
 *
 * @param number tells operations apart and grows: of two operations on a document the lower one goes first
 * @param operation what is to be done; where later operations were folded into it, the sum of them
 * @param state where it stands
 * @param attempts how many tries failed since it came or was retried by hand; a worker that died is none
 * @param enqueuedAt when it came
 * @param dueAt when it is tried next, at the earliest: while PENDING, and while FAILED with a try left
 * @param changedAt when its state changed last
 * @param pinned the edit that stands for it at the source, once one was sent that may have been written: it is sent again
 *     until the source has answered, and no other one
 * @param result the revision that it wrote
 * @param server the revision that stands against it, while it is in conflict; empty if the source does not know the
 *     document
 * @param reason why it failed, is in conflict or was cancelled; a rule or an error code, no content
 */
public record QueuedOperation(
        long number,
        SyncOperation operation,
        OperationState state,
        int attempts,
        Instant enqueuedAt,
        Optional<Instant> dueAt,
        Instant changedAt,
        Optional<DocumentEdit> pinned,
        Optional<Revision> result,
        Optional<Revision> server,
        Optional<String> reason) {

    /** Whether a later operation may be folded into this one: it waits, and can't have had its effect. */
    public boolean takesMore() {
        return state == OperationState.PENDING && pinned.isEmpty();
    }

    /** Whether it is done only if somebody decides, and holds back those behind it until then. */
    public boolean isStuck() {
        return state == OperationState.CONFLICT || (state == OperationState.FAILED && dueAt.isEmpty());
    }
}
