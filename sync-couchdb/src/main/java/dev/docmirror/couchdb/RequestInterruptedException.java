package dev.docmirror.couchdb;

import dev.docmirror.error.TransientSyncException;

/** The thread was interrupted during an exchange; its interrupt flag is still set. */
final class RequestInterruptedException extends TransientSyncException {
    private static final long serialVersionUID = 1;

    RequestInterruptedException(String message) {
        super(message, null);
    }
}
