package dev.docmirror.deadletter;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;

/** Reads the dead letters of a stream. Thread-safe; {@link dev.docmirror.mirror.MirrorTransaction#park} writes them. */
public interface DeadLetterStore {

    /** How many there are. */
    long count(StreamId stream, DeadLetterFilter filter);

    /** How many documents can't be mirrored. Those that wait for a key are not counted. */
    default long count(StreamId stream) {
        return count(stream, DeadLetterFilter.poison());
    }

    /** The newest ones first. */
    List<DeadLetter> list(StreamId stream, DeadLetterFilter filter, int limit);

    /** The newest ones first, without those that wait for a key. */
    default List<DeadLetter> list(StreamId stream, int limit) {
        return list(stream, DeadLetterFilter.poison(), limit);
    }

    /**
     * The documents, page by page, in an order of the store's own that no other write changes.
     *
     * @param after the last one of the page before
     */
    List<DocumentId> ids(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit);

    /** The dead letter of a document, if it is parked. */
    Optional<DeadLetter> of(StreamId stream, DocumentId id);
}
