package dev.docmirror.policies;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirroredDocument;

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

    /** As CouchDB sends it: with the id and the revision, then the fields given as {@code "a":1,"b":2}. */
    static Document note(String revision, String fields) {
        return live(revision, body(revision, fields));
    }

    /** A tombstone as CouchDB sends it. */
    static Document gone(String revision, String fields) {
        return dead(revision, body(revision, "\"_deleted\":true" + (fields.isEmpty() ? "" : "," + fields)));
    }

    private static String body(String revision, String fields) {
        return "{\"_id\":\"" + ID.value() + "\",\"_rev\":\"" + revision + "\"" + (fields.isEmpty() ? "" : "," + fields)
                + "}";
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

    static Resolution resolve(ConflictPolicy policy, Conflict conflict) {
        return policy.resolve(conflict, CONTEXT);
    }

    static Resolution resolve(ConflictPolicy policy, Document... leaves) {
        return resolve(policy, conflict(leaves));
    }

    static Conflict conflict(Document... leaves) {
        return Conflict.of(new DocumentChange(ID, List.of(leaves)));
    }

    /** A conflict with a version that is mirrored and protected. */
    static Conflict against(Document mirrored, Protection protection, Document... leaves) {
        return against("note", mirrored, protection, leaves);
    }

    static Conflict against(String type, Document mirrored, Protection protection, Document... leaves) {
        DocumentChange change = new DocumentChange(ID, List.of(leaves));
        MirroredDocument entry = new MirroredDocument(
                ID,
                Optional.of(type),
                List.of(),
                mirrored.revision(),
                mirrored.contentHash(),
                mirrored.deleted(),
                protection,
                change.digest(),
                false);
        Optional<Document> kept = protection == Protection.NONE ? Optional.empty() : Optional.of(mirrored);
        return new Conflict(change, Optional.of(entry), kept, Optional.empty());
    }

    /** The same conflict where the descendants come straight from a version, and the other leaves from nowhere. */
    static Conflict traced(Document ancestor, Conflict conflict, Document... descendants) {
        Map<Revision, List<Revision>> paths = new HashMap<>();
        for (Document leaf : conflict.leaves()) {
            boolean descends = List.of(descendants).contains(leaf);
            paths.put(
                    leaf.revision(),
                    descends ? List.of(leaf.revision(), ancestor.revision()) : List.of(leaf.revision()));
        }
        Ancestry ancestry = new Ancestry(ID, paths, Map.of(ancestor.revision(), ancestor));
        return new Conflict(conflict.change(), conflict.mirrored(), conflict.protectedVersion(), Optional.of(ancestry));
    }

    static Document winner(ConflictPolicy policy, Document... leaves) {
        return choose(policy, List.of(leaves)).winner();
    }
}
