package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.edge.SecureDocumentStore.Stored;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Opened;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.MissingKeyException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes records of documents and documents of records. An envelope is sealed for the hash of its document's id, so that
 * none can take another one's place. Thread-safe.
 */
final class StateCodec {
    private static final String NAME = "docmirror-edge";

    private final EnvelopeCodec envelopes;
    private final Secret secret;

    private StateCodec(EnvelopeCodec envelopes, Secret secret) {
        this.envelopes = envelopes;
        this.secret = secret;
    }

    /** With a new secret. */
    static StateCodec create(EnvelopeCodec envelopes) {
        return new StateCodec(envelopes, Secret.random());
    }

    /** With the secret of this record. */
    static StateCodec of(EnvelopeCodec envelopes, Frame secret) {
        DocumentId id = DocumentId.of(NAME);
        ObjectNode state = open(envelopes, id, id, secret).body();
        try {
            return new StateCodec(envelopes, Secret.of(state));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new EnvelopeException(id); // theirs may quote the secret
        }
    }

    Frame sealSecret() {
        return Frame.secret(SealedState.bytes(envelopes.seal(DocumentId.of(NAME), secret.state())));
    }

    Hash hash(DocumentId id) {
        return secret.document(id);
    }

    Hash hash(Optional<String> session) {
        return secret.session(session);
    }

    Frame seal(LocalDocument document) {
        Hash hash = hash(document.id());
        ObjectNode envelope = envelopes.seal(nameOf(hash), SealedState.of(document));
        return Frame.of(hash, hash(document.session()), document, SealedState.bytes(envelope));
    }

    static DocumentId nameOf(Hash document) {
        return DocumentId.of(NAME + "/" + document);
    }

    /**
     * @param id what an error calls the document
     * @throws MissingKeyException if the key is not there
     * @throws EnvelopeException if this is not the record that was written
     */
    Stored open(DocumentId id, Frame frame) {
        Opened.Plaintext opened = open(envelopes, id, nameOf(frame.document()), frame);
        try {
            LocalDocument document = SealedState.read(opened.body());
            if (!isOf(document, frame)) {
                throw new EnvelopeException(id);
            }
            return new Stored(document, Optional.of(opened.keyId()));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new EnvelopeException(id); // theirs may quote the document
        }
    }

    private boolean isOf(LocalDocument document, Frame frame) {
        return document.sequence() == frame.sequence()
                && document.state() == frame.state()
                && hash(document.id()).equals(frame.document())
                && hash(document.session()).equals(frame.session());
    }

    private static Opened.Plaintext open(EnvelopeCodec envelopes, DocumentId id, DocumentId sealedFor, Frame frame) {
        ObjectNode envelope;
        try {
            envelope = SealedState.parse(frame.envelope());
        } catch (JacksonException | ClassCastException e) {
            throw new EnvelopeException(id); // theirs may quote the document
        }
        if (!envelopes.recognizes(envelope)) {
            throw new EnvelopeException(id);
        }
        Opened opened;
        try {
            opened = envelopes.open(sealedFor, envelope);
        } catch (EnvelopeException e) {
            throw new EnvelopeException(id);
        }
        if (opened instanceof Opened.KeyMissing missing) {
            throw new MissingKeyException(id, missing.keyId());
        }
        return (Opened.Plaintext) opened;
    }
}
