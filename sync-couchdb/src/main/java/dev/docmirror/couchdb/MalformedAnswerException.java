package dev.docmirror.couchdb;

import java.io.IOException;

/** An answer that is not the JSON it should be: cut off, a proxy's HTML page, another kind of server. */
final class MalformedAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param reason without any of the answer's text */
    MalformedAnswerException(String reason) {
        super(reason);
    }
}
