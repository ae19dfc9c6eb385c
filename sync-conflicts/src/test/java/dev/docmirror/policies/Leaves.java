package dev.docmirror.policies;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;

/** Makes leaves of one document and asks a policy about them. */
final class Leaves {
    private static final DocumentId ID = DocumentId.of("note");
    private static final ConflictContext CONTEXT = new ConflictContext(StreamId.of("test"));
    private static final DocumentReader READER = DocumentReader.defaults();

    private Leaves() {}

    static Document live(String revision, String json) {
        return leaf(revision, false, json);
    }

    static Document dead(String revision, String json) {
        return leaf(revision, true, json);
    }

    static Document lost(String revision, boolean deleted) {
        return Document.unreadable(ID, Revision.of(revision), deleted, "lost");
    }

    static Document leaf(String revision, boolean deleted, String json) {
        return new Document(ID, Revision.of(revision), deleted, json.getBytes(StandardCharsets.UTF_8), READER);
    }

    static Resolution.Choose choose(ConflictPolicy policy, List<Document> leaves) {
        Conflict conflict = Conflict.of(new DocumentChange(ID, leaves));
        return (Resolution.Choose) policy.resolve(conflict, CONTEXT);
    }

    static Document winner(ConflictPolicy policy, Document... leaves) {
        return choose(policy, List.of(leaves)).winner();
    }
}
