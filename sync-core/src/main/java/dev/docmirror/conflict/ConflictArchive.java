package dev.docmirror.conflict;

import java.time.Instant;
import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;

/**
 * The archive of losing versions. Thread-safe. {@link dev.docmirror.mirror.MirrorTransaction#archive} fills it, so that
 * an entry is durable together with the decision; here it is read, and closed by people. It holds whole documents:
 * whoever may read it may read those.
 */
public interface ConflictArchive {

    /**
     * Archives a version that lost outside of a worker's transaction: a local write that met another version. One that is
     * in the archive already is left as it is.
     */
    void add(StreamId stream, ArchivedConflict loser);

    /** How many losing versions are archived. */
    long count(StreamId stream);

    /** How many entries are open; reads no bodies. */
    long countOpen(StreamId stream);

    /** Every archived version of a document, oldest decision first. */
    List<ArchiveEntry> of(StreamId stream, DocumentId id);

    /** A page of the open entries, oldest first. */
    List<ArchiveEntry> open(StreamId stream, OpenConflicts page);

    /**
     * Closes the open entries of a document.
     *
     * @param by who, 1 to 191 characters, not all of them blank
     * @param note why
     * @return how many were open
     * @throws IllegalArgumentException if {@code by} is none or too long, whether any is open or not
     */
    int close(StreamId stream, DocumentId id, String by, String note);

    /**
     * Forgets entries that are not open and were detected before a time: retention is the host's decision and never
     * happens by itself. Works in small transactions.
     *
     * @return how many were forgotten
     */
    long purge(StreamId stream, Instant before);
}
