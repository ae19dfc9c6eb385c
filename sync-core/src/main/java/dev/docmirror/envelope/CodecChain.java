package dev.docmirror.envelope;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.node.ObjectNode;

/** The first codec that recognizes an envelope opens it; the first one seals. */
record CodecChain(EnvelopeCodec first, EnvelopeCodec second) implements EnvelopeCodec {
    @Override
    public boolean recognizes(ObjectNode stored) {
        return first.recognizes(stored) || second.recognizes(stored);
    }

    @Override
    public Opened open(DocumentId id, ObjectNode stored) {
        return first.recognizes(stored) ? first.open(id, stored) : second.open(id, stored);
    }

    @Override
    public ObjectNode seal(DocumentId id, ObjectNode plaintext) {
        return first.seal(id, plaintext);
    }
}
