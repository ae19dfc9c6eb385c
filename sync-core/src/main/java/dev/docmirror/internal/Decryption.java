package dev.docmirror.internal;

import java.util.Optional;

import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Opened;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.databind.node.ObjectNode;

/** Reads documents through an envelope codec; what is no envelope stays as it is. */
public record Decryption(EnvelopeCodec envelopes) implements DocumentCodec {

    @Override
    public Optional<ObjectNode> decode(DocumentId id, ObjectNode stored) {
        if (!envelopes.recognizes(stored)) {
            return Optional.empty();
        }
        Opened opened = envelopes.open(id, stored);
        if (opened instanceof Opened.KeyMissing missing) {
            throw new MissingKeyException(id, missing.keyId());
        }
        return Optional.of(((Opened.Plaintext) opened).body());
    }

    @Override
    public ObjectNode encode(DocumentId id, ObjectNode body) {
        return envelopes.seal(id, body);
    }
}
