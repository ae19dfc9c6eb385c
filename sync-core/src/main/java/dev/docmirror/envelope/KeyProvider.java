package dev.docmirror.envelope;

import java.time.Duration;
import java.util.Optional;

/**
 * Has the keys. Thread-safe; asked once a document, so it should answer from memory: {@link KeyRing} does, and
 * {@link #cached} remembers the answers of a slow one. The keys stay the provider's, which closes them.
 *
 * <p>Both methods throw {@link dev.docmirror.error.TransientSyncException} if the keys can't be looked up now: "not
 * there" is an answer, after which a document waits until it is retried.
 */
public interface KeyProvider {

    /** The key of this id; empty if it is not there, or not any more. */
    Optional<EnvelopeKey> find(String keyId);

    /** The key to seal with; empty if this side only reads. */
    Optional<EnvelopeKey> newest();

    /**
     * This provider, asked less often. A key that was found is remembered until it is closed or pushed out by others
     * that were used later. That a key is not there is remembered for {@code fresh} only, as it may arrive, and so is
     * which key is the newest.
     *
     * @param most how many ids are remembered, found or not
     */
    default KeyProvider cached(int most, Duration fresh) {
        return new CachedKeys(this, most, fresh, System::nanoTime);
    }
}
