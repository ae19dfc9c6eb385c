package dev.docmirror.envelope;

import java.util.Optional;

/** Has the keys. Thread-safe; may be asked once a document, so it should answer from memory. */
public interface KeyProvider {

    /** The key of this id; empty if it is not there, or not any more. */
    Optional<EnvelopeKey> find(String keyId);

    /** The key to seal with; empty if this side only reads. */
    Optional<EnvelopeKey> newest();
}
