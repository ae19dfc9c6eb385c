package dev.docmirror;

/** The state of a worker; exactly one at a time. */
public enum SyncState {
    /** Not started yet, or checking configuration, lease, checkpoint and schema. */
    STARTING,
    /** Another worker holds the stream's lease; this one waits to take over. */
    STANDBY,
    /** Reading what happened before now. */
    CATCHING_UP,
    /** The mirror holds everything the source has; waiting for changes. */
    LIVE,
    /** The source or the sink fails; trying again with growing delays. */
    RETRYING,
    /**
     * Stopped by a safety rule, until a person decides: a source that was replaced or is missing, a changed schema, a
     * refused position, a checkpoint that somebody else moved.
     */
    HALTED,
    /** Given up: wrong credentials or settings, a systemic failure, {@code giveUpAfter} passed, or a defect. */
    FAILED,
    /** Closed or interrupted by the host, or done with {@link SyncWorker#runOnce()}. */
    STOPPED;

    /** Whether the worker has ended and will not go on by itself. */
    public boolean isTerminal() {
        return this == HALTED || this == FAILED || this == STOPPED;
    }
}
