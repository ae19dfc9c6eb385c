package dev.docmirror.couchdb;

import java.nio.charset.StandardCharsets;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of edits, their numbers exact. */
final class Bodies {
    private Bodies() {}

    static ObjectNode of(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Document(DocumentId.of("body"), Revision.of("1-x"), false, bytes, DocumentReader.defaults()).body();
    }
}
