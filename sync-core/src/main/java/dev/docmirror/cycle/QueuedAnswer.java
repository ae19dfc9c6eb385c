package dev.docmirror.cycle;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;

/**
 * What a client is told that has queued an operation.
 *
 * @param id the operation's number
 * @param status {@code PENDING}, or {@code CANCELLED} if nothing is left to do
 * @param message the same for people
 */
public record QueuedAnswer(String id, String status, String message) {

    /** The answer for what {@link dev.docmirror.queue.SyncQueue#enqueue} returned. */
    public static QueuedAnswer of(QueuedOperation operation) {
        boolean nothingLeft = operation.state() == OperationState.CANCELLED;
        return new QueuedAnswer(
                Long.toString(operation.number()),
                ClientStatus.of(operation.state()).name(),
                nothingLeft ? "Nothing left to sync" : "Operation queued for sync");
    }
}
