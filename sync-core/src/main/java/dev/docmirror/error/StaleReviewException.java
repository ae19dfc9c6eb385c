package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/**
 * A person decided about versions that are not the newest any more: somebody wrote the document meanwhile. Nothing was
 * closed; show the conflict again and decide anew.
 */
public class StaleReviewException extends SyncException {
    private static final long serialVersionUID = 1;
    private final transient DocumentId id;

    public StaleReviewException(DocumentId id) {
        super("document " + id + " was written since it was shown; show the conflict again and decide anew", null);
        this.id = id;
    }

    public DocumentId id() {
        return id;
    }
}
