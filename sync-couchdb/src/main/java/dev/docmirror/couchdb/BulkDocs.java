package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes edits with {@code _bulk_docs}, in requests of limited size. A request that the server refuses as a whole, for
 * its size or for one of its documents, is cut in halves until the document at fault stands alone.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/bulk-api.html#db-bulk-docs">CouchDB: _bulk_docs</a>
 */
final class BulkDocs {
    private static final int BAD = 400;
    private static final int PRECONDITION = 412;
    private static final int TOO_LARGE = 413;
    private static final int BAD_ENCODING = 415;
    private static final int WORTH_COMPRESSING = 1024;

    /** A document's errors that come again however often it is sent. Those of JavaScript are a validation function's. */
    private static final Set<String> LASTING = Set.of(
            "bad_request",
            "compilation_error",
            "doc_validation",
            "document_too_large",
            "attachment_too_large",
            "request_entity_too_large",
            "forbidden",
            "illegal_docid",
            "invalid_design_doc",
            "missing_stub",
            "unauthorized",
            "Error",
            "EvalError",
            "InternalError",
            "RangeError",
            "ReferenceError",
            "SyntaxError",
            "TypeError",
            "URIError");

    /** Whatever a validation function throws that is no error word, and whatever CouchDB itself has no word for. */
    private static final String UNKNOWN = "unknown_error";

    /** The reasons of CouchDB's own unknown errors; others are Erlang terms. */
    private static final Set<String> OWN_REASONS =
            Set.of("internal_server_error", "timeout", "all_workers_died", "nodedown", "no_majority", "rexi_DOWN");

    private final CouchDbHttp http;
    private final Cancellation cancellation;
    private final int maxDocuments;
    private final int maxBytes;
    private volatile boolean compress;

    BulkDocs(CouchDbHttp http, Cancellation cancellation, int maxDocuments, int maxBytes, boolean compress) {
        this.http = http;
        this.cancellation = cancellation;
        this.maxDocuments = maxDocuments;
        this.maxBytes = maxBytes;
        this.compress = compress;
    }

    /** An edit on its way, with its place among the outcomes. */
    private record Entry(int place, DocumentEdit edit, byte[] json) {}

    /** The outcomes in the order of the edits; what CouchDB calls a conflict is {@link EditOutcome.Conflicting}. */
    @Nullable
    EditOutcome[] write(List<DocumentEdit> edits) {
        @Nullable EditOutcome[] outcomes = new @Nullable EditOutcome[edits.size()];
        List<Entry> request = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < outcomes.length; i++) {
            byte[] json = EditJson.write(edits.get(i));
            if (json == null) {
                outcomes[i] = new EditOutcome.Refused("the document is nested deeper than " + EditJson.MAX_DEPTH
                        + " or has a number beyond the range of a double");
                continue;
            }
            if (!request.isEmpty() && (request.size() == maxDocuments || bytes + json.length > maxBytes)) {
                send(request, outcomes);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(new Entry(i, edits.get(i), json));
            bytes += json.length;
        }
        send(request, outcomes);
        return outcomes;
    }

    private void send(List<Entry> request, @Nullable EditOutcome[] outcomes) {
        if (request.isEmpty()) {
            return;
        }
        HttpCall call = HttpCall.post(http.url().path() + "/_bulk_docs", body(request))
                .expecting(BAD, PRECONDITION, TOO_LARGE, BAD_ENCODING);
        Answer answer = post(call);
        if (answer.status() / 100 == 2) {
            receive(call, answer.json(), request, outcomes);
            return;
        }
        String word = answer.text("error");
        if (answer.status() == BAD_ENCODING || (answer.status() != TOO_LARGE && word.isEmpty())) {
            throw HttpFailures.status(call, answer.status(), answer.json(), Optional.empty());
        }
        if (request.size() == 1) {
            String reason = LASTING.contains(word) ? word : "answered " + answer.status();
            outcomes[request.get(0).place()] = new EditOutcome.Refused(reason);
            return;
        }
        int half = request.size() / 2;
        send(request.subList(0, half), outcomes);
        send(request.subList(half, request.size()), outcomes);
    }

    /** A server that does not understand a compressed request calls it a bad one, and takes the same one as it is. */
    private Answer post(HttpCall call) {
        byte[] body = call.body();
        if (!compress || body == null || body.length < WORTH_COMPRESSING) {
            return http.send(call, cancellation);
        }
        Answer compressed = http.send(call.compressed(), cancellation);
        if (compressed.status() != BAD && compressed.status() != BAD_ENCODING) {
            return compressed;
        }
        Answer plain = http.send(call, cancellation);
        compress = plain.status() == BAD;
        return plain;
    }

    private static byte[] body(List<Entry> request) {
        byte[] head = {'{', '"', 'd', 'o', 'c', 's', '"', ':', '['};
        int length = head.length + 1 + request.size();
        for (Entry entry : request) {
            length += entry.json().length;
        }
        byte[] body = new byte[length];
        System.arraycopy(head, 0, body, 0, head.length);
        int at = head.length;
        for (Entry entry : request) {
            System.arraycopy(entry.json(), 0, body, at, entry.json().length);
            at += entry.json().length;
            body[at++] = ',';
        }
        body[at - 1] = ']';
        body[at] = '}';
        return body;
    }

    /** The answer has a row for each document, in the order of the request. */
    private static void receive(HttpCall call, JsonNode rows, List<Entry> request, @Nullable EditOutcome[] outcomes) {
        if (!rows.isArray() || rows.size() != request.size()) {
            throw unusable(call);
        }
        int failed = 0;
        for (int i = 0; i < request.size(); i++) {
            JsonNode row = rows.get(i);
            Entry entry = request.get(i);
            String id = row.path("id").asString("");
            if (!id.equals(entry.edit().id().value()) && !id.isEmpty()) {
                throw unusable(call);
            }
            EditOutcome outcome = outcome(call, row);
            outcomes[entry.place()] = outcome;
            failed += outcome == null ? 1 : 0;
        }
        if (failed > 0) {
            throw new TransientSyncException(
                    call + ": the server failed to write " + failed + " of " + request.size() + " documents", null);
        }
    }

    /** Null if the server failed to write it. */
    private static @Nullable EditOutcome outcome(HttpCall call, JsonNode row) {
        JsonNode error = row.path("error");
        if (error.isMissingNode() || error.isNull()) {
            Revision revision = Revisions.parse(row.path("rev").asString(""));
            if (revision == null) {
                throw unusable(call);
            }
            return new EditOutcome.Written(revision);
        }
        String word = error.asString("");
        if (word.equals("conflict")) {
            return new EditOutcome.Conflicting();
        }
        return LASTING.contains(word) || (word.equals(UNKNOWN) && isThrown(row.path("reason")))
                ? new EditOutcome.Refused(word)
                : null;
    }

    private static boolean isThrown(JsonNode reason) {
        String text = reason.asString("");
        return !text.isEmpty() && !text.startsWith("{") && !OWN_REASONS.contains(text);
    }

    private static TransientSyncException unusable(HttpCall call) {
        return new TransientSyncException(call + ": the answer can't be used, it does not fit the request", null);
    }
}
