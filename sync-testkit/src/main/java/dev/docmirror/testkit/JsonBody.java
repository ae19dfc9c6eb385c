package dev.docmirror.testkit;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import tools.jackson.core.io.JsonStringEncoder;

/** Adds what CouchDB adds to a body, without parsing it: a broken or extreme body stays what it is. */
final class JsonBody {
    private JsonBody() {}

    static String whole(DocumentId id, Revision revision, boolean deleted, String body) {
        String fields = fields(body);
        return "{\"_id\":\"" + escaped(id.value()) + "\",\"_rev\":\"" + escaped(revision.toString()) + "\""
                + (deleted ? ",\"_deleted\":true" : "")
                + (fields.isBlank() ? "" : "," + fields)
                + "}";
    }

    private static String fields(String body) {
        String trimmed = body.strip();
        if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) {
            throw new IllegalArgumentException("body: must be a JSON object");
        }
        return trimmed.substring(1, trimmed.length() - 1);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        JsonStringEncoder.getInstance().quoteAsString(text, escaped);
        return escaped.toString();
    }
}
