package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/** The source refuses a version, and would again: a validation function of it, or the document's size. */
public class EditRefusedException extends SyncException {
    private static final long serialVersionUID = 1;
    private final transient DocumentId id;

    /** @param reason the source's error code or rule; no content */
    public EditRefusedException(DocumentId id, String reason) {
        super(
                "the source refuses the new version of document " + id + ": " + reason + "; change it and try again",
                null);
        this.id = id;
    }

    public DocumentId id() {
        return id;
    }
}
