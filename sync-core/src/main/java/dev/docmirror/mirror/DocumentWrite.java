package dev.docmirror.mirror;

import java.util.List;
import java.util.Optional;

import dev.docmirror.mapping.RowChange;

/**
 * One document's rows and its new entry in the registry. A table that {@code before} names and {@code state} does not
 * loses the document's rows; one that {@code state} names and no row change does is left as it is.
 *
 * @param state the registry entry to be
 * @param before the entry that was read in this transaction, if there was one
 * @param rows at most one change a table; may be empty
 */
public record DocumentWrite(MirroredDocument state, Optional<MirroredDocument> before, List<RowChange> rows) {
    public DocumentWrite {
        rows = List.copyOf(rows);
    }
}
