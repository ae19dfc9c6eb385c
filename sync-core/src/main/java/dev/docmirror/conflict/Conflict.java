package dev.docmirror.conflict;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.mirror.MirroredDocument;

/**
 * Versions of one document that compete: it has several leaves, or a protected version of it is mirrored. Leaves that
 * docmirror itself {@linkplain Superseded closed} when it wrote a decision upstream are not among them.
 *
 * @param change every leaf, deleted ones included, in CouchDB's order
 * @param mirrored what the mirror holds, if it holds the document
 * @param protectedVersion the mirrored version with its body, if it is protected
 * @param ancestry where the leaves come from, if the policy needs it and the source knows
 */
public record Conflict(
        DocumentChange change,
        Optional<MirroredDocument> mirrored,
        Optional<Document> protectedVersion,
        Optional<Ancestry> ancestry) {

    /** A conflict of which only the leaves are known: nothing is mirrored. */
    public static Conflict of(DocumentChange change) {
        return new Conflict(change, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Every leaf, deleted ones included, CouchDB's winner first. */
    public List<Document> leaves() {
        return change.leaves();
    }

    /** How the mirrored version is protected. */
    public Protection protection() {
        return mirrored.map(MirroredDocument::protection).orElse(Protection.NONE);
    }
}
