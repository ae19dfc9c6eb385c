package dev.docmirror.queue;

/**
 * Where an operation stands.
 *
 * <pre>
 * PENDING ──► PROCESSING ──► COMPLETED
 *   ▲ │          │ │ └─────► CONFLICT ──► COMPLETED (the server's version stays), PENDING (the client's goes again)
 *   │ │          │ └───────► FAILED ────► PENDING (retry), PROCESSING (a try that is due)
 *   │ │          └─────────► PENDING (its worker died, or shut down)
 *   └─┼── FAILED, CONFLICT
 *     └──► CANCELLED ◄────── FAILED, CONFLICT
 * </pre>
 */
public enum OperationState {
    /** Waits for its turn. */
    PENDING,
    /** A worker has it. */
    PROCESSING,
    /** Its effect is in the source, or was given up for the server's version. */
    COMPLETED,
    /** The source holds another version than the one it was made from, and nobody has decided yet. */
    CONFLICT,
    /** It failed. It is tried again by itself while tries are left, and by hand after that. */
    FAILED,
    /** It was taken out, by hand or because it had no effect any more. */
    CANCELLED;

    /** Whether nothing will happen to it any more, but for being purged. */
    public boolean isFinal() {
        return this == COMPLETED || this == CANCELLED;
    }

    /** Whether this state may follow on that. */
    public boolean mayBecome(OperationState next) {
        return switch (this) {
            case PENDING -> next == PROCESSING || next == CANCELLED;
            case PROCESSING -> next == COMPLETED || next == CONFLICT || next == FAILED || next == PENDING;
            case CONFLICT -> next == COMPLETED || next == PENDING || next == CANCELLED;
            case FAILED -> next == PENDING || next == PROCESSING || next == CANCELLED;
            case COMPLETED, CANCELLED -> false;
        };
    }
}
