package dev.docmirror.envelope;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Knows envelopes when it sees them, and has no key to any. */
final class NoKeys implements EnvelopeCodec {
    static final NoKeys INSTANCE = new NoKeys();

    private NoKeys() {}

    @Override
    public boolean recognizes(ObjectNode stored) {
        JsonNode encrypted = stored.path("encrypted");
        return encrypted.isBoolean()
                && encrypted.booleanValue()
                && (stored.path("envelope").isObject() || stored.path("data").isString());
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        return new Opened.KeyMissing(stored.path("envelope").path("kid").asString(""));
    }

    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        throw new MissingKeyException(id, "newest");
    }
}
