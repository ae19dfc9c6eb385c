package dev.docmirror.reconcile;

import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Position;

/** A change source that can list its documents without their bodies, which costs a fraction. Thread-safe. */
public interface RevisionSource extends ChangeSource {

    /**
     * Some documents.
     *
     * @param after the position of the page before; empty for the first
     * @param limit about how many
     */
    RevisionPage revisions(Optional<Position> after, int limit);

    /**
     * Some of a source's documents.
     *
     * @param documents each with its leaves as they are now; a document may come again on a later page
     * @param position where the next page begins
     * @param end whether the source had no more
     */
    record RevisionPage(Map<DocumentId, LeafDigest> documents, Position position, boolean end) {
        public RevisionPage {
            documents = Map.copyOf(documents);
        }
    }
}
