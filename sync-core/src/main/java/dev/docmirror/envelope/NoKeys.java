package dev.docmirror.envelope;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.databind.node.ObjectNode;

/** Knows envelopes when it sees them, and has no key to any. */
final class NoKeys implements EnvelopeCodec {
    static final NoKeys INSTANCE = new NoKeys();

    private NoKeys() {}

    @Override
    public boolean recognizes(ObjectNode stored) {
        return Parts.recognizes(stored) || SimpleEnvelopes.looksSealed(stored);
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        String keyId = stored.path("envelope").path("kid").asString("");
        return new Opened.KeyMissing(EnvelopeKey.isId(keyId) ? keyId : "");
    }

    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        throw new MissingKeyException(id, "newest");
    }
}
