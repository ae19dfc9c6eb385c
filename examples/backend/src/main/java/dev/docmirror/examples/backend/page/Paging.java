package dev.docmirror.examples.backend.page;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** How long pages are. */
final class Paging {
    private static final int LONGEST = 500;

    private Paging() {}

    /** The limit, if it is one. */
    static int limit(int asked) {
        if (asked < 1 || asked > LONGEST) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "limit: must be 1 to " + LONGEST);
        }
        return asked;
    }
}
