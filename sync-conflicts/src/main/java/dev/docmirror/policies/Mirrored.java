package dev.docmirror.policies;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.mirror.MirroredDocument;

/** Finds the mirrored version among the leaves. */
final class Mirrored {
    private Mirrored() {}

    /**
     * The leaf that is the mirrored version. A leaf with its revision and another body is somebody else's: it came with
     * a forged or damaged revision and takes over nothing.
     */
    static Optional<Document> leaf(Conflict conflict) {
        return conflict.mirrored()
                .flatMap(mirrored -> conflict.leaves().stream()
                        .filter(leaf -> leaf.revision().equals(mirrored.revision()))
                        .filter(leaf -> isUnaltered(leaf, mirrored, conflict.protectedVersion()))
                        .max(Versions.COUCHDB));
    }

    private static boolean isUnaltered(Document leaf, MirroredDocument mirrored, Optional<Document> kept) {
        return (leaf.deleted() == mirrored.deleted() && leaf.contentHash().equals(mirrored.contentHash()))
                || kept.filter(version -> Bodies.sameContent(version, leaf)).isPresent();
    }
}
