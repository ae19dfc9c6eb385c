package dev.docmirror.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;

/**
 * Makes documents from JSON text. The text is taken as it is, exact or broken: only {@code Document.body()} parses it.
 */
public final class Documents {
    private static final DocumentReader READER = DocumentReader.defaults();

    private Documents() {}

    /** A version that is not deleted; the JSON is taken as its whole body. */
    public static Document document(String id, String revision, String json) {
        return version(DocumentId.of(id), Revision.of(revision), false, json);
    }

    /** A tombstone as CouchDB's DELETE leaves it: id, revision and deletion mark. */
    public static Document tombstone(String id, String revision) {
        DocumentId documentId = DocumentId.of(id);
        Revision leaf = Revision.of(revision);
        return version(documentId, leaf, true, JsonBody.whole(documentId, leaf, true, "{}"));
    }

    /** A tombstone with a body. */
    public static Document tombstone(String id, String revision, String json) {
        return version(DocumentId.of(id), Revision.of(revision), true, json);
    }

    /** A change with these leaves, all of one document, in any order. */
    public static DocumentChange change(Document... leaves) {
        return new DocumentChange(leaves[0].id(), List.of(leaves));
    }

    static Document version(DocumentId id, Revision revision, boolean deleted, String json) {
        return new Document(id, revision, deleted, json.getBytes(StandardCharsets.UTF_8), READER);
    }
}
