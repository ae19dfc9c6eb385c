package dev.docmirror.change;

import java.util.Comparator;
import java.util.List;

/**
 * The state of one document after a change: every leaf of its revision tree, deleted ones included.
 *
 * @param id the document
 * @param leaves at least one, in CouchDB's order: the source's own winner first, see {@link #COUCHDB_ORDER}
 */
public record DocumentChange(DocumentId id, List<Document> leaves) {

    /**
     * CouchDB's order of leaves, the winner first: not deleted before deleted, then the higher revision.
     *
     * @see <a href="https://docs.couchdb.org/en/stable/replication/conflicts.html">CouchDB: replication and
     *     conflicts</a>
     */
    public static final Comparator<Document> COUCHDB_ORDER = Comparator.comparing(Document::deleted)
            .thenComparing(Comparator.comparing(Document::revision).reversed());

    public DocumentChange {
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("leaves: must not be empty");
        }
        leaves = leaves.size() == 1
                ? List.copyOf(leaves)
                : leaves.stream().sorted(COUCHDB_ORDER).toList();
        for (Document leaf : leaves) {
            if (!leaf.id().equals(id)) {
                throw new IllegalArgumentException("leaves: must all be of document " + id + ", found " + leaf.id());
            }
        }
    }

    /** A change of a document with one leaf. */
    public static DocumentChange of(Document only) {
        return new DocumentChange(only.id(), List.of(only));
    }

    /** The source's own winner. */
    public Document winner() {
        return leaves.get(0);
    }

    /** A short stand-in for the set of leaves. */
    public LeafDigest digest() {
        return LeafDigest.of(leaves);
    }

    /** The bytes of all leaves' bodies, as the source sent them. */
    public long bytes() {
        long sum = 0;
        for (Document leaf : leaves) {
            sum += leaf.size();
        }
        return sum;
    }
}
