package dev.docmirror.error;

/**
 * A change of identity links that the links as they are do not allow; the message says which rule and what to do, and
 * holds no external id. Nothing was changed.
 */
public class LinkRefusedException extends SyncException {
    private static final long serialVersionUID = 1;

    public LinkRefusedException(String message) {
        super(message, null);
    }
}
