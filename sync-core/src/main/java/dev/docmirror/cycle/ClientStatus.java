package dev.docmirror.cycle;

import dev.docmirror.queue.OperationState;

/** An operation's state in the words of offline clients. */
enum ClientStatus {
    PENDING,
    SYNCING,
    SYNCED,
    CONFLICT,
    FAILED,
    CANCELLED;

    static ClientStatus of(OperationState state) {
        return switch (state) {
            case PENDING -> PENDING;
            case PROCESSING -> SYNCING;
            case COMPLETED -> SYNCED;
            case CONFLICT -> CONFLICT;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }
}
