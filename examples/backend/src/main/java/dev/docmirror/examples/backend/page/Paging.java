package dev.docmirror.examples.backend.page;

import dev.docmirror.change.DocumentId;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** How long pages are, and what is on them. */
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

    /** The document of an id, if it is one. */
    static DocumentId id(String given) {
        if (given.isEmpty()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "id: must be given");
        }
        return DocumentId.of(given);
    }
}
