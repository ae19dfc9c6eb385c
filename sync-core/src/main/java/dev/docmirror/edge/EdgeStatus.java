package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.error.SyncException;

/**
 * How an {@link EdgeSync} is doing.
 *
 * @param pushed documents that the push in hand, or the last one, brought to the server
 * @param total documents that were to be pushed when it began
 * @param failure why it is {@link State#ERROR} or {@link State#WAITING}
 */
public record EdgeStatus(State state, int pushed, int total, Optional<SyncException> failure) {

    /** What it does. */
    public enum State {
        /** Nothing. The last push, if there was one, left nothing undone but what waits for a decision. */
        IDLE,
        /** It pushes. */
        SYNCING,
        /** It pushes, and waits before it tries again what failed. */
        WAITING,
        /** Nothing: the last push failed. The next one goes on where it ended. */
        ERROR,
        /** It may not use plaintext, until {@link EdgeSync#unlock()}. */
        LOCKED,
        CLOSED
    }
}
