package dev.docmirror.reconcile;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
     * Which documents were purged, in whole or in part, as far back as the source remembers it.
     *
     * @param seen what an earlier answer {@linkplain Purges#sequence() reached}; if nothing was purged since, the answer
     *     names no document. Else it may repeat those of earlier answers
     * @return empty if the source does not tell; the default
     */
    default Optional<Purges> purges(Optional<String> seen) {
        return Optional.empty();
    }

    /**
     * What was purged. A source forgets the oldest ones: who asks too rarely misses some.
     *
     * @param documents some may be there again, or only have lost a leaf
     * @param sequence how far this goes: opaque text
     */
    record Purges(Set<DocumentId> documents, String sequence) {
        public Purges {
            documents = Set.copyOf(documents);
        }
    }

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
