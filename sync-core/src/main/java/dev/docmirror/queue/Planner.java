package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.error.MappingException;
import dev.docmirror.queue.SyncOperation.Kind;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds out what an operation means for a document as it is now. Pure. */
final class Planner {
    private static final String CHANGED = "the document was changed meanwhile";
    private static final String DELETED = "the document was deleted meanwhile";
    private static final String UNKNOWN = "the source does not know the document";
    private static final String THERE_ALREADY = "its effect was there already";

    private final JsonPointer versionField;

    Planner(JsonPointer versionField) {
        this.versionField = versionField;
    }

    Plan plan(QueuedOperation queued, Optional<DocumentChange> now) {
        return queued.pinned().map(edit -> again(edit, now)).orElseGet(() -> plan(queued.operation(), now));
    }

    /**
     * What was pinned is sent as it is: only the target knows whether it was written. But a document that was new then
     * and is deleted now was created meanwhile, perhaps by this very edit, and must not come back by itself.
     */
    private static Plan again(DocumentEdit edit, Optional<DocumentChange> now) {
        Optional<Document> tombstone = now.map(DocumentChange::winner).filter(Document::deleted);
        if (tombstone.isPresent() && edit.parent().isEmpty()) {
            return new Plan.Clash(tombstone, DELETED);
        }
        return send(edit, tombstone, true);
    }

    Plan plan(SyncOperation operation, Optional<DocumentChange> now) {
        try {
            Optional<Document> server = now.map(DocumentChange::winner);
            Optional<Document> living = server.filter(winner -> !winner.deleted());
            if (operation.kind() == Kind.DELETE && living.isEmpty()) {
                return done(server);
            }
            return living.isPresent()
                    ? planOn(operation, now.orElseThrow(), living.get())
                    : planAfresh(operation, server);
        } catch (MappingException e) {
            return new Plan.Refuse("the source's version can't be read");
        }
    }

    /** The document is not there, or not any more. */
    private Plan planAfresh(SyncOperation operation, Optional<Document> tombstone) {
        boolean afterDeletion = tombstone.isPresent()
                && operation.version().isEmpty()
                && operation.base().equals(tombstone.map(Document::revision));
        boolean anyhow = operation.base().isEmpty() && operation.version().isEmpty() && operation.kind() != Kind.PATCH;
        if (!afterDeletion && !anyhow) {
            return new Plan.Clash(tombstone, tombstone.isPresent() ? DELETED : UNKNOWN);
        }
        ObjectNode body = Bodies.after(operation, Optional.empty());
        Optional<Revision> continued = tombstone.map(Document::revision);
        return send(new DocumentEdit(operation.id(), continued, false, body), tombstone, false);
    }

    private Plan planOn(SyncOperation operation, DocumentChange now, Document winner) {
        boolean deletes = operation.kind() == Kind.DELETE;
        if (!deletes && Bodies.after(operation, Optional.of(winner)).equals(Bodies.fields(winner.body()))) {
            return done(Optional.of(winner));
        }
        if (operation.kind() == Kind.CREATE) {
            return new Plan.Clash(Optional.of(winner), "the document exists already");
        }
        Optional<Document> edited = edited(operation, now, winner);
        if (edited.isEmpty()) {
            return new Plan.Clash(Optional.of(winner), CHANGED);
        }
        Document leaf = edited.get();
        if (operation.version().isPresent()
                && !isVersion(leaf, operation.version().getAsLong())) {
            return new Plan.Clash(Optional.of(winner), "the document has another " + versionField);
        }
        ObjectNode body = deletes ? Bodies.empty() : Bodies.withAttachmentsOf(leaf, Bodies.after(operation, edited));
        return send(
                new DocumentEdit(operation.id(), Optional.of(leaf.revision()), deletes, body), Optional.empty(), false);
    }

    /** A losing leaf may be edited, too: it may be the one that a conflict policy chose to mirror. */
    private static Optional<Document> edited(SyncOperation operation, DocumentChange now, Document winner) {
        if (operation.base().isEmpty()) {
            return Optional.of(winner);
        }
        Revision base = operation.base().get();
        return now.leaves().stream()
                .filter(leaf -> !leaf.deleted() && leaf.revision().equals(base))
                .findFirst();
    }

    private boolean isVersion(Document leaf, long version) {
        JsonNode found = leaf.body().at(versionField);
        return found.isIntegralNumber() && found.canConvertToLong() && found.longValue() == version;
    }

    private static Plan send(DocumentEdit edit, Optional<Document> tombstone, boolean again) {
        boolean continues = tombstone.isPresent() && edit.parent().equals(tombstone.map(Document::revision));
        DocumentEdit sent =
                continues ? new DocumentEdit(edit.id(), Optional.empty(), edit.deleted(), edit.body()) : edit;
        return new Plan.Send(edit, sent, again);
    }

    private static Plan done(Optional<Document> version) {
        return new Plan.Done(version.map(Document::revision), THERE_ALREADY);
    }
}
