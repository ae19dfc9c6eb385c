package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/**
 * An envelope that can't be opened. It does not tell why: whoever tampers with envelopes must learn nothing from trying.
 * Have the document written again by its author; if all documents under a key fail, the key is another one of the same
 * id.
 */
public final class EnvelopeException extends MappingException {
    private static final long serialVersionUID = 1;

    public EnvelopeException(DocumentId id) {
        super(id, "the envelope can't be opened: it was altered, or made for another document or by another key");
    }
}
