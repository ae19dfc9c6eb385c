package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/**
 * A document that can't become rows: malformed or too deep JSON, a missing required field, a value that does not fit.
 * It concerns this one document, which goes to the dead letters; the rest of the batch goes on.
 */
public class MappingException extends SyncException {
    private static final long serialVersionUID = 1;
    private final transient DocumentId id;

    /** @param reason which field and which rule, without the value */
    public MappingException(DocumentId id, String reason) {
        super(reason, null);
        this.id = id;
    }

    public DocumentId id() {
        return id;
    }
}
