package dev.docmirror.queue;

/** What can be done about an operation by hand. */
public sealed interface ManualChange {

    /** FAILED: PENDING again and due at once, with all tries. */
    record Retry() implements ManualChange {}

    /**
     * CONFLICT: PENDING again and due at once, with all tries.
     *
     * @param operation what is to be done now: the same on top of the server's version
     */
    record Redo(SyncOperation operation) implements ManualChange {}

    /** PENDING, FAILED or CONFLICT: CANCELLED. One that failed may have had its effect all the same. */
    record Cancel() implements ManualChange {}

    /** CONFLICT: COMPLETED without a write; the server's version stays. */
    record Yield() implements ManualChange {}

    /** Whether an operation in this state can be changed like this. */
    default boolean allows(OperationState state) {
        boolean meant = this instanceof Cancel
                || state == (this instanceof Retry ? OperationState.FAILED : OperationState.CONFLICT);
        return meant && state.mayBecome(next());
    }

    /** The state that the operation has then. */
    default OperationState next() {
        if (this instanceof Cancel) {
            return OperationState.CANCELLED;
        }
        return this instanceof Yield ? OperationState.COMPLETED : OperationState.PENDING;
    }
}
