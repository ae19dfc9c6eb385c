package dev.docmirror.conflict;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.mirror.MirroredDocument;

/**
 * Versions of one document that compete: it has several leaves, or a protected version of it is mirrored.
 *
 * @param change every leaf, deleted ones included, in CouchDB's order
 * @param mirrored what the mirror holds, if it holds the document
 */
public record Conflict(DocumentChange change, Optional<MirroredDocument> mirrored) {

    /** Every leaf, deleted ones included, CouchDB's winner first. */
    public List<Document> leaves() {
        return change.leaves();
    }
}
