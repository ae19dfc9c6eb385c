package dev.docmirror.policies;

import java.util.Arrays;
import java.util.Comparator;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;

/** Orders of versions of one document, the winner last. */
final class Versions {
    /**
     * The greater revision, then the greater body; equal only for the same version. CouchDB's order alone takes a hash
     * in capitals for the same hash in small letters.
     */
    static final Comparator<Document> BY_REVISION_AND_BODY = Comparator.comparing(Document::revision)
            .thenComparing(leaf -> leaf.revision().hash())
            .thenComparing((a, b) -> Arrays.compareUnsigned(
                    a.contentHash().bytes(), b.contentHash().bytes()));

    /** CouchDB's order, made total. */
    static final Comparator<Document> COUCHDB =
            DocumentChange.COUCHDB_ORDER.reversed().thenComparing(BY_REVISION_AND_BODY);

    private Versions() {}
}
