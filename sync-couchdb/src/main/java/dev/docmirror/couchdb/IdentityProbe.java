package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.SourceIdentity;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;

/**
 * Asks a server which database this is: the server's {@code uuid} and the database's {@code instance_start_time}, which
 * changes when it is deleted and made anew, unless within one second ({@code "0"}, from before CouchDB 3.3, tells
 * nothing).
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/common.html#get--db">CouchDB: GET /db</a>
 */
final class IdentityProbe {
    private static final int NOT_FOUND = 404;

    private final CouchDbHttp http;
    private final Cancellation cancellation;

    IdentityProbe(CouchDbHttp http, Cancellation cancellation) {
        this.http = http;
        this.cancellation = cancellation;
    }

    SourceIdentity ask() {
        DatabaseUrl url = http.url();
        // A proxy may show the database only.
        Answer root = http.send(HttpCall.get(url.root() + "/").expecting(NOT_FOUND), cancellation);
        HttpCall call = HttpCall.get(url.path());
        Answer database = http.send(call, cancellation);
        if (!database.json().has("db_name")) {
            throw new SourceUnavailableException(
                    call + " answered, but not as a CouchDB database; check the URL", null);
        }
        String created = database.text("instance_start_time");
        return new SourceIdentity(root.text("uuid"), url.name(), created.equals("0") ? "" : created);
    }

    /** @throws SourceReplacedException if the database is not the expected one */
    void check(SourceIdentity expected) {
        SourceIdentity found = ask();
        if (found.matches(expected)) {
            return;
        }
        List<String> differences = new ArrayList<>();
        if (!found.server().equals(expected.server())) {
            differences.add("another server answers (uuid " + printable(found.server()) + ", was "
                    + printable(expected.server()) + ")");
        }
        if (!found.incarnation().equals(expected.incarnation())) {
            differences.add("it was made anew (instance_start_time " + printable(found.incarnation()) + ", was "
                    + printable(expected.incarnation()) + ")");
        }
        throw new SourceReplacedException(
                "the database " + http.url() + " is not the one that was mirrored: " + String.join("; ", differences)
                        + ". Restore it, or reset the stream to mirror the new one from its beginning",
                null);
    }

    private static String printable(String told) {
        boolean plain = !told.isEmpty() && told.length() <= 64 && told.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return plain ? told : "unknown";
    }
}
