package dev.docmirror.couchdb;

import dev.docmirror.error.SourceUnavailableException;

/** CouchDB calls the request a bad one (400). */
final class RefusedRequestException extends SourceUnavailableException {
    private static final long serialVersionUID = 1;

    RefusedRequestException(String message) {
        super(message, null);
    }
}
