package dev.docmirror.deadletter;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;

/**
 * Reads the dead letters of a stream, and lets people discard some. Thread-safe;
 * {@link dev.docmirror.mirror.MirrorTransaction#park} writes them.
 *
 * <p>A discarded letter is kept as a record: it is neither counted nor listed among the others, nor tried again by a
 * filter, but its document still is not mirrored. When another version of the document is parked, it is open again; when the
 * document is mirrored, it is gone. There is at most one letter a document, so there are never more than documents.
 */
public interface DeadLetterStore {

    /** How many there are that nobody discarded. */
    long count(StreamId stream, DeadLetterFilter filter);

    /** How many documents can't be mirrored. Those that wait for a key are not counted. */
    default long count(StreamId stream) {
        return count(stream, DeadLetterFilter.poison());
    }

    /** Those that nobody discarded, the newest ones first. */
    List<DeadLetter> list(StreamId stream, DeadLetterFilter filter, int limit);

    /** The newest ones first, without those that wait for a key. */
    default List<DeadLetter> list(StreamId stream, int limit) {
        return list(stream, DeadLetterFilter.poison(), limit);
    }

    /**
     * The documents whose letters nobody discarded, page by page, in an order of the store's own that no other write changes.
     *
     * @param after the last one of the page before
     */
    List<DocumentId> ids(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit);

    /**
     * Those that nobody discarded, page by page in the order of {@link #ids}, with how often and when they failed.
     *
     * @param after the document of the last one of the page before
     */
    List<ParkedLetter> parked(StreamId stream, DeadLetterFilter filter, Optional<DocumentId> after, int limit);

    /** The dead letter of a document, if it is parked; a discarded one, too. */
    Optional<DeadLetter> of(StreamId stream, DocumentId id);

    /**
     * Discards the letters of documents: what they tell of need not be mirrored. Those that are discarded stay as they are.
     *
     * @param by who discards them, 1 to 191 characters
     * @param reason why, without document content
     * @return how many were discarded now
     * @throws IllegalArgumentException if {@code by} is blank or too long
     */
    long discard(StreamId stream, Collection<DocumentId> ids, String by, String reason);

    /** {@linkplain #discard(StreamId, Collection, String, String) Discards} the letters that a filter means. */
    default long discard(StreamId stream, DeadLetterFilter filter, String by, String reason) {
        long discarded = 0;
        List<DocumentId> page = ids(stream, filter, Optional.empty(), DiscardedLetter.PAGE);
        while (!page.isEmpty()) {
            discarded += discard(stream, page, by, reason);
            page = ids(stream, filter, Optional.of(page.get(page.size() - 1)), DiscardedLetter.PAGE);
        }
        return discarded;
    }

    /** The discarded ones, those that were discarded last first. */
    List<DiscardedLetter> discarded(StreamId stream, int limit);

    /**
     * Forgets letters that were discarded before a time. A reconciliation names their documents as missing from then on.
     *
     * @return how many there were
     */
    long purge(StreamId stream, Instant before);

    /** The mapping with which the stream's letters were tried last, as the worker's builder named it; empty at first. */
    Optional<String> mapping(StreamId stream);

    /** Remembers the mapping with which the stream's letters were tried. */
    void mapping(StreamId stream, String version);
}
