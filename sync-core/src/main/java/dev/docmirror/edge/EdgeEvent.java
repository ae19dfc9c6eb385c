package dev.docmirror.edge;

import java.time.Duration;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.SyncException;

/** Something an {@link EdgeSync} does or met. Events hold ids, revisions and counts, no document content. */
public sealed interface EdgeEvent {

    /** It does something else now. */
    record StatusChanged(EdgeStatus status) implements EdgeEvent {}

    /** More documents are on the server, durably noted. */
    record Progress(int pushed, int total) implements EdgeEvent {}

    /** Documents of a session were pushed, or met something. */
    record SessionChanged(SessionStatus status) implements EdgeEvent {}

    /**
     * The server has another version of a document.
     *
     * @param parent what the version here follows
     */
    record Conflicting(DocumentId id, Optional<Revision> parent) implements EdgeEvent {}

    /** @param reason the server's error code or rule, or why it can't be sealed */
    record Refused(DocumentId id, String reason) implements EdgeEvent {}

    /**
     * A document can't be opened: its key is not there, or it was altered.
     *
     * @param sequence its place in the store
     */
    record Unreadable(long sequence, SyncException cause) implements EdgeEvent {}

    /**
     * The server can't be reached, and is tried again.
     *
     * @param delay how long the push waits before
     */
    record RetryScheduled(Duration delay, SyncException cause) implements EdgeEvent {}
}
