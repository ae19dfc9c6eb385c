package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/** The queue can't keep an operation, or the edit that stands for it: its server takes no statement of that size. */
public class OperationTooLargeException extends ConfigurationException {
    private static final long serialVersionUID = 1;
    private final transient DocumentId id;

    /** @param remedy what to set to which size */
    public OperationTooLargeException(DocumentId id, String remedy) {
        super("an operation on document " + id + " is too large for the queue: " + remedy, null);
        this.id = id;
    }

    public DocumentId id() {
        return id;
    }
}
