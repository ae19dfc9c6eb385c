package dev.docmirror.change;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A database whose changes can be followed. Thread-safe and reusable; whoever creates it closes it, the worker never
 * does.
 *
 * <p>Every method throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself (I/O, timeouts,
 * an overloaded server), and another {@link dev.docmirror.error.SyncException} for what a person has to mend.
 */
public interface ChangeSource {

    /** Asks the server which database this is. */
    SourceIdentity identity();

    /**
     * Opens the feed strictly after a position, from its beginning if there is none.
     *
     * @throws dev.docmirror.error.InvalidPositionException at the first poll at the latest, if the source refuses the
     *     position; a source never falls back to the beginning
     */
    ChangeFeed open(Optional<Position> after);

    /**
     * Reads documents as they are now, each with all its leaves, in as few requests as the source allows. A document
     * the source does not know (never written, or purged) is missing from the answer.
     */
    List<DocumentChange> read(Collection<DocumentId> ids);

    /**
     * Reads where the leaves of documents come from, in as few requests as the source allows, for policies that
     * {@linkplain dev.docmirror.conflict.ConflictPolicy#needsAncestry ask for it}. A document may be missing from the
     * answer; the default knows of none.
     */
    default List<Ancestry> ancestry(Collection<DocumentId> ids) {
        return List.of();
    }
}
