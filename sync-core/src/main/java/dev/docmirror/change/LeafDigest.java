package dev.docmirror.change;

import java.util.Collection;

/**
 * A short stand-in for the set of a document's leaves, kept with what is mirrored.
 *
 * <p>Edits and replication make a leaf longer or add one, so {@code weight}, the sum of the generations of all leaves,
 * only grows. A change with a lower weight is older than what was seen, unless revisions were purged; one with the same
 * weight and hash is the same set.
 *
 * @param weight the sum of the generations of all leaves
 * @param hash a hash of the revisions and their deletion marks, independent of their order
 */
public record LeafDigest(long weight, long hash) {

    /** The digest of a document with a single leaf. */
    public static LeafDigest of(Revision leaf, boolean deleted) {
        return new LeafDigest(leaf.generation(), mix(leaf.toString(), deleted));
    }

    static LeafDigest of(Collection<Document> leaves) {
        long weight = 0;
        long hash = 0;
        for (Document leaf : leaves) {
            weight += leaf.revision().generation();
            hash += mix(leaf.revision().toString(), leaf.deleted());
        }
        return new LeafDigest(weight, hash);
    }

    // FNV-1a, then the finalizer of SplitMix64: sums of the raw FNV values would collide too easily.
    private static long mix(String revision, boolean deleted) {
        long h = deleted ? 0x84222325cbf29ce4L : 0xcbf29ce484222325L;
        for (int i = 0; i < revision.length(); i++) {
            h = (h ^ revision.charAt(i)) * 0x100000001b3L;
        }
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
