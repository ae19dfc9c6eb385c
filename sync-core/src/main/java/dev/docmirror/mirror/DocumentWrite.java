package dev.docmirror.mirror;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.mapping.RowChange;

/**
 * One document's rows and its new entry in the registry. A table that {@code before} names and {@code state} does not
 * loses the document's rows; one that {@code state} names and no row change does is left as it is.
 *
 * @param state the registry entry to be
 * @param before the entry that was read in this transaction, if there was one
 * @param rows at most one change a table; may be empty
 * @param protectedVersion the version to keep with its body, because the state is protected; where a protected state
 *     comes without one, what was kept stays, and where the state is not protected, it is forgotten
 */
public record DocumentWrite(
        MirroredDocument state,
        Optional<MirroredDocument> before,
        List<RowChange> rows,
        Optional<Document> protectedVersion) {
    public DocumentWrite {
        rows = List.copyOf(rows);
    }

    /** A write of a version that is not protected. */
    public DocumentWrite(MirroredDocument state, Optional<MirroredDocument> before, List<RowChange> rows) {
        this(state, before, rows, Optional.empty());
    }
}
