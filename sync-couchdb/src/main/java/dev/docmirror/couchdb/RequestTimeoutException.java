package dev.docmirror.couchdb;

import dev.docmirror.error.TransientSyncException;

/** An exchange did not end within its deadline. */
final class RequestTimeoutException extends TransientSyncException {
    private static final long serialVersionUID = 1;

    RequestTimeoutException(String message) {
        super(message, null);
    }
}
