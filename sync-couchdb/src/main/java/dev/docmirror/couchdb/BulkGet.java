package dev.docmirror.couchdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads many revisions with one request, halved where the server says that it is too large.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/bulk-api.html#db-bulk-get">CouchDB: _bulk_get</a>
 */
final class BulkGet {
    private static final int TOO_LARGE = 413;

    private static final int RESULTS = 0;
    private static final byte[][] ANSWER = Names.of("results");
    private static final int ID = 0;
    private static final int DOCS = 1;
    private static final byte[][] RESULT = Names.of("id", "docs");
    private static final int OK = 0;
    private static final int ERROR = 1;
    private static final byte[][] DOC = Names.of("ok", "error");

    private final CouchDbHttp http;
    private final Cancellation cancellation;
    private final int maxBytes;
    private final String query;
    private final Shape shape;

    /** @param maxBytes the longest body that is kept */
    BulkGet(CouchDbHttp http, Cancellation cancellation, int maxBytes) {
        this(http, cancellation, maxBytes, "", (json, room) -> leaf(json.cut(room)));
    }

    private BulkGet(CouchDbHttp http, Cancellation cancellation, int maxBytes, String query, Shape shape) {
        this.http = http;
        this.cancellation = cancellation;
        this.maxBytes = maxBytes;
        this.query = query;
        this.shape = shape;
    }

    /** Reads where revisions come from, and keeps nothing of their bodies: finds {@link Found.Path}s. */
    static BulkGet paths(CouchDbHttp http, Cancellation cancellation) {
        return new BulkGet(http, cancellation, JsonCutter.SHORT, "revs=true", (json, room) -> RevisionPath.read(json));
    }

    /** What is taken of a document that was found. */
    private interface Shape {
        Found read(JsonCutter json, int room) throws IOException;
    }

    /** @param revision null for every leaf there is now */
    record Wanted(DocumentId id, @Nullable String revision) {}

    /** What became of a wanted document or revision. */
    sealed interface Found {
        /** @param body the body with {@code _id} and {@code _rev}, as it was sent */
        record Leaf(String revision, boolean deleted, byte[] body) implements Found {}

        /**
         * Where a revision comes from.
         *
         * @param revisions the revision itself, its parent, and so on
         */
        record Path(List<Revision> revisions, boolean deleted) implements Found {}

        /** Longer than is read. */
        record TooLong() implements Found {}

        /** The server does not have it. */
        record Missing() implements Found {}

        /** The server has it, but is not able to send it with others. */
        record Refused() implements Found {}

        /** The server failed to get it. */
        record Failed() implements Found {}
    }

    /** Takes what comes, in the order that was asked for. */
    interface Receiver {
        /** Returns whether to go on. */
        boolean receive(DocumentId id, List<Found> found);
    }

    void read(List<Wanted> wanted, Receiver receiver) {
        readSome(wanted, receiver);
    }

    private boolean readSome(List<Wanted> wanted, Receiver receiver) {
        if (wanted.isEmpty()) {
            return true;
        }
        HttpCall call = HttpCall.post(http.url().path() + "/_bulk_get", request(wanted))
                .withQuery(query)
                .expecting(TOO_LARGE);
        try (Exchange exchange = http.open(call, cancellation, http.requestTimeout())) {
            if (exchange.status() != TOO_LARGE) {
                try {
                    return receive(new JsonCutter(exchange.body()), wanted.size(), receiver);
                } catch (IOException e) {
                    throw exchange.failure(e);
                }
            }
        }
        if (wanted.size() == 1) {
            return receiver.receive(wanted.get(0).id(), List.of(new Found.Refused()));
        }
        int half = wanted.size() / 2;
        return readSome(wanted.subList(0, half), receiver) && readSome(wanted.subList(half, wanted.size()), receiver);
    }

    private static byte[] request(List<Wanted> wanted) {
        StringBuilder json = new StringBuilder(wanted.size() * 96);
        String separator = "{\"docs\":[{\"id\":";
        for (Wanted one : wanted) {
            json.append(separator);
            JsonStrings.encode(one.id().value(), json);
            if (one.revision() != null) {
                json.append(",\"rev\":");
                JsonStrings.encode(one.revision(), json);
            }
            separator = "},{\"id\":";
        }
        return json.append("}]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns false if the receiver had enough. */
    private boolean receive(JsonCutter json, int asked, Receiver receiver) throws IOException {
        boolean found = false;
        json.expect('{');
        for (boolean first = true; json.hasNext('}', first); first = false) {
            if (json.name(ANSWER) != RESULTS) {
                json.skip();
                continue;
            }
            found = true;
            json.expect('[');
            int results = 0;
            for (; json.hasNext(']', results == 0); results++) {
                if (!result(json, receiver)) {
                    return false;
                }
            }
            if (results != asked) {
                throw new MalformedAnswerException("it has " + results + " results for " + asked);
            }
        }
        if (!found) {
            throw new MalformedAnswerException("it has no results");
        }
        json.expectEnd();
        return true;
    }

    private boolean result(JsonCutter json, Receiver receiver) throws IOException {
        String id = null;
        List<Found> found = List.of();
        json.expect('{');
        for (boolean first = true; json.hasNext('}', first); first = false) {
            switch (json.name(RESULT)) {
                case ID -> id = json.string();
                case DOCS -> found = docs(json);
                default -> json.skip();
            }
        }
        if (id == null || id.isEmpty() || found.isEmpty()) {
            throw new MalformedAnswerException("it has a result without id or document");
        }
        return receiver.receive(DocumentId.of(id), found);
    }

    private List<Found> docs(JsonCutter json) throws IOException {
        List<Found> docs = new ArrayList<>(1);
        long room = maxBytes; // for all leaves of a document together: a thousand long ones must not fill the heap
        json.expect('[');
        for (boolean first = true; json.hasNext(']', first); first = false) {
            json.expect('{');
            for (boolean only = true; json.hasNext('}', only); only = false) {
                switch (json.name(DOC)) {
                    case OK -> {
                        Found leaf = shape.read(json, (int) room);
                        room -= leaf instanceof Found.Leaf kept ? kept.body().length : 0;
                        docs.add(leaf);
                    }
                    case ERROR -> docs.add(error(json.cut(JsonCutter.SHORT)));
                    default -> json.skip();
                }
            }
        }
        return docs;
    }

    private static Found leaf(byte @Nullable [] body) throws IOException {
        if (body == null) {
            return new Found.TooLong();
        }
        LeafBody leaf = LeafBody.of(body);
        if (leaf.revision() == null) {
            throw new MalformedAnswerException("it has a document without revision");
        }
        return new Found.Leaf(leaf.revision(), leaf.deleted(), body);
    }

    private static Found error(byte @Nullable [] error) throws IOException {
        try {
            JsonNode tree = JsonMapper.shared().readTree(error == null ? new byte[0] : error);
            return tree.path("error").asString("").equals("not_found") ? new Found.Missing() : new Found.Failed();
        } catch (JacksonException e) {
            throw new MalformedAnswerException("it has an error that is not JSON");
        }
    }

    /** For a caller who needs every document at once. */
    TransientSyncException failed() {
        return new TransientSyncException(
                "POST " + http.url().path() + "/_bulk_get: the server failed to read some of the documents", null);
    }
}
