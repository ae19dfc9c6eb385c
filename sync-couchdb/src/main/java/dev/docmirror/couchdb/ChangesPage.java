package dev.docmirror.couchdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.docmirror.change.DocumentId;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer of {@code _changes} row by row. A row counts when its last bracket was read; the page counts as
 * complete when all of the answer was.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/changes.html">CouchDB: _changes</a>
 */
final class ChangesPage {
    private static final int RESULTS = 0;
    private static final int LAST_SEQ = 1;
    private static final int PENDING = 2;
    private static final byte[][] PAGE = Names.of("results", "last_seq", "pending");

    private static final int SEQ = 0;
    private static final int ID = 1;
    private static final int CHANGES = 2;
    private static final int DELETED = 3;
    private static final int DOC = 4;
    private static final byte[][] ROW = Names.of("seq", "id", "changes", "deleted", "doc");

    private static final byte[][] CHANGE = Names.of("rev");

    private final JsonCutter json;
    private final int limit;
    private final int maxBytes;
    private int rows;
    private long bytes;
    private boolean begun;
    private boolean complete;
    private @Nullable String lastSeq;
    private OptionalLong pending = OptionalLong.empty();

    /**
     * @param limit how many rows were asked for
     * @param maxBytes the longest body that is kept
     */
    ChangesPage(JsonCutter json, int limit, int maxBytes) {
        this.json = json;
        this.limit = limit;
        this.maxBytes = maxBytes;
    }

    /** Waits for the first row or the end of the rows. */
    void awaitContent() throws IOException {
        begin();
        if (json.peek() < 0) {
            json.expect(']');
        }
    }

    /** The next row; null when the page is complete. */
    @Nullable
    ChangeRow next() throws IOException {
        if (complete) {
            return null;
        }
        begin();
        if (!json.hasNext(']', rows == 0)) {
            finish();
            return null;
        }
        if (rows == limit) {
            throw new MalformedAnswerException("it has more rows than the " + limit + " asked for");
        }
        ChangeRow row = row();
        rows++;
        bytes += row.size();
        return row;
    }

    int rows() {
        return rows;
    }

    /** The bytes of all bodies so far. */
    long bytes() {
        return bytes;
    }

    /** Reads the end of the page if that was the last row; waits for the byte that tells. */
    void endIfReached() throws IOException {
        if (!complete && json.peek() == ']') {
            next();
        }
    }

    boolean isComplete() {
        return complete;
    }

    /** Whether it has fewer rows than asked for, and the server knows of no more. */
    boolean isShort() {
        return complete && rows < limit && pending.orElse(0) == 0;
    }

    /** Where to resume behind the whole page; once it is complete. */
    String lastSeq() {
        if (lastSeq == null) {
            throw new IllegalStateException("the page is not complete");
        }
        return lastSeq;
    }

    OptionalLong pending() {
        return pending;
    }

    private void begin() throws IOException {
        if (begun) {
            return;
        }
        json.expect('{');
        for (boolean first = true; json.hasNext('}', first); first = false) {
            int name = json.name(PAGE);
            if (name == RESULTS) {
                json.expect('[');
                begun = true;
                return;
            }
            member(name);
        }
        throw new MalformedAnswerException("it has no results");
    }

    private void finish() throws IOException {
        while (json.hasNext('}', false)) {
            member(json.name(PAGE));
        }
        json.expectEnd();
        if (lastSeq == null) {
            throw new MalformedAnswerException("it has no last_seq");
        }
        complete = true;
    }

    private void member(int name) throws IOException {
        switch (name) {
            case LAST_SEQ -> lastSeq = seq();
            case PENDING -> pending = count(json.token());
            default -> json.skip();
        }
    }

    private ChangeRow row() throws IOException {
        String seq = null;
        String id = null;
        List<String> revisions = List.of();
        boolean deleted = false;
        byte[] doc = null;
        boolean tooLong = false;
        json.expect('{');
        for (boolean first = true; json.hasNext('}', first); first = false) {
            switch (json.name(ROW)) {
                case SEQ -> seq = seq();
                case ID -> id = json.string();
                case CHANGES -> revisions = revisions();
                case DELETED -> deleted = json.token().equals("true");
                case DOC -> {
                    boolean object = json.peek() == '{';
                    doc = json.cut(maxBytes);
                    tooLong = object && doc == null;
                    doc = object ? doc : null;
                }
                default -> json.skip();
            }
        }
        if (id == null || id.isEmpty() || revisions.isEmpty()) {
            throw new MalformedAnswerException("it has a row without id or revision");
        }
        return new ChangeRow(seq, DocumentId.of(id), revisions, deleted, doc, tooLong);
    }

    private List<String> revisions() throws IOException {
        List<String> revisions = new ArrayList<>(1);
        json.expect('[');
        for (boolean first = true; json.hasNext(']', first); first = false) {
            json.expect('{');
            for (boolean only = true; json.hasNext('}', only); only = false) {
                if (json.name(CHANGE) == 0) {
                    revisions.add(json.string());
                } else {
                    json.skip();
                }
            }
        }
        return revisions;
    }

    /** A string's text, a number or an array (old servers) as it stands; null for null. */
    private @Nullable String seq() throws IOException {
        if (json.peek() == '"') {
            String text = json.string();
            return text.isEmpty() ? null : text;
        }
        String token = json.token();
        return token.equals("null") ? null : token;
    }

    private static OptionalLong count(String token) {
        try {
            return OptionalLong.of(Long.parseLong(token));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
