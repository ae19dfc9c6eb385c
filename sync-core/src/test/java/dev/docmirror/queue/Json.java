package dev.docmirror.queue;

import java.nio.charset.StandardCharsets;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import tools.jackson.databind.node.ObjectNode;

/** JSON for tests, with exact numbers. */
final class Json {
    private Json() {}

    static ObjectNode object(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Document(DocumentId.of("any"), Revision.of("1-a"), false, bytes, DocumentReader.defaults()).body();
    }
}
