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
 * @param attempts how many tries have begun
 * @param enqueuedAt when it came
 * @param dueAt when it is tried next, at the earliest
 * @param changedAt when its state changed last
 * @param result the revision that it wrote
 * @param server the revision that stands against it, while it is in conflict
 * @param reason why it failed, is in conflict or was cancelled; a rule or an error code, no content
 */
public record QueuedOperation(
        long number,
        SyncOperation operation,
        OperationState state,
        int attempts,
        Instant enqueuedAt,
        Instant dueAt,
        Instant changedAt,
        Optional<Revision> result,
        Optional<Revision> server,
        Optional<String> reason) {}
