package dev.docmirror.mysql;

import java.util.Collection;

/**
 * Which documents of a stream may be in its registry: all that are, and perhaps more. In a stream that was empty when its
 * lease was granted only the holder's own writes are, and those are remembered in a Bloom filter of 2 MiB, so that a
 * first fill hardly ever asks the database for what can't be there. It is never wrong about a document that is there;
 * beyond some millions of documents it rules out fewer and fewer. Thread-safe.
 */
final class RegisteredKeys {
    private static final int WORDS = 1 << 18;
    /** Keys are SHA-256 hashes, so any of their bits are as good as a hash of their own. */
    private static final int PROBES = 4;

    private final boolean knowable;
    private long[] bits = {};

    /** @param empty whether the registry holds no document of the stream */
    RegisteredKeys(boolean empty) {
        this.knowable = empty;
    }

    /** To be called before keys are written, whatever becomes of that. */
    synchronized void addAll(Collection<DocKey> keys) {
        if (knowable && !keys.isEmpty()) {
            if (bits.length == 0) {
                bits = new long[WORDS];
            }
            for (DocKey key : keys) {
                for (int probe = 0; probe < PROBES; probe++) {
                    int hash = key.hash(probe);
                    bits[word(hash)] |= 1L << hash;
                }
            }
        }
    }

    /** Whether a document may be there. */
    synchronized boolean mayHave(DocKey key) {
        if (!knowable) {
            return true;
        }
        for (int probe = 0; probe < PROBES; probe++) {
            int hash = key.hash(probe);
            if (bits.length == 0 || (bits[word(hash)] & 1L << hash) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The low six bits of a hash choose the bit of a word. */
    private static int word(int hash) {
        return (hash >>> 6) & (WORDS - 1);
    }
}
