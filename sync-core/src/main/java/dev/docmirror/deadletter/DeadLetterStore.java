package dev.docmirror.deadletter;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;

/** Reads the dead letters of a stream. Thread-safe; {@link dev.docmirror.mirror.MirrorTransaction#park} writes them. */
public interface DeadLetterStore {

    /** How many documents are parked. */
    long count(StreamId stream);

    /** The newest ones first. */
    List<DeadLetter> list(StreamId stream, int limit);

    /** The dead letter of a document, if it is parked. */
    Optional<DeadLetter> of(StreamId stream, DocumentId id);
}
