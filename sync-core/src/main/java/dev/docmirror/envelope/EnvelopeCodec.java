package dev.docmirror.envelope;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts documents into envelopes and takes them out. Thread-safe and pure but for the random numbers that sealing needs;
 * whoever creates it closes the keys.
 *
 * <p>{@code _id}, {@code _rev}, {@code _deleted} and {@code _attachments} stay outside: an envelope may be moved to
 * another revision of its document, but not to another document or database. Tombstones are not sealed.
 */
public interface EnvelopeCodec {

    /** Whether a stored body has the shape of this codec's envelopes, intact or not. */
    boolean recognizes(ObjectNode stored);

    /**
     * Opens an envelope.
     *
     * @param stored a body that is {@linkplain #recognizes recognized}; not modified
     * @return the plaintext with {@code _id} and the other outer fields of {@code stored}, or that the key is not there
     * @throws dev.docmirror.error.EnvelopeException if it was altered, cut, made for another document or database, or by
     *     another key of the same name; always with the same message
     */
    Opened open(DocumentId id, ObjectNode stored);

    /**
     * Seals a document under the newest key.
     *
     * @param plaintext its body; not modified
     * @return the body to store, outer fields included
     * @throws dev.docmirror.error.MissingKeyException if there is no key to write with
     */
    ObjectNode seal(DocumentId id, ObjectNode plaintext);

    /** A codec that tells envelopes from other documents and opens none. */
    static EnvelopeCodec withoutKeys() {
        return NoKeys.INSTANCE;
    }

    /** A codec that also reads what another one recognizes; it writes only its own. */
    default EnvelopeCodec orElse(EnvelopeCodec older) {
        return new CodecChain(this, older);
    }
}
