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

    /** What was pinned is sent as it is: only the target knows whether it was written. */
    Plan plan(QueuedOperation queued, Optional<DocumentChange> now) {
        return queued.pinned()
                .<Plan>map(edit -> new Plan.Send(edit, true))
                .orElseGet(() -> plan(queued.operation(), now));
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
        return send(operation, Optional.empty(), Bodies.after(operation, Optional.empty()));
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
        return send(operation, Optional.of(leaf.revision()), body);
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

    private static Plan send(SyncOperation operation, Optional<Revision> parent, ObjectNode body) {
        boolean deletes = operation.kind() == Kind.DELETE;
        return new Plan.Send(new DocumentEdit(operation.id(), parent, deletes, body), false);
    }

    private static Plan done(Optional<Document> version) {
        return new Plan.Done(version.map(Document::revision), THERE_ALREADY);
    }
}
