package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.edge.LocalDocument.Sending;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What can happen to a document of a store. Pure; empty where nothing is to be written. */
final class Changes {
    private Changes() {}

    static LocalDocument put(
            DocumentId id, Optional<LocalDocument> current, long next, Optional<String> session, ObjectNode body) {
        return new LocalDocument(
                id,
                next,
                session,
                false,
                body,
                current.map(Changes::written).orElse(PushState.PENDING),
                current.flatMap(LocalDocument::parent),
                current.flatMap(LocalDocument::sending));
    }

    static Optional<LocalDocument> delete(DocumentId id, Optional<LocalDocument> current, long next) {
        return current.filter(document -> !document.deleted())
                .map(document -> new LocalDocument(
                        id,
                        next,
                        document.session(),
                        true,
                        JsonNodeFactory.instance.objectNode(),
                        mayBeOnServer(document) ? written(document) : PushState.PUSHED,
                        document.parent(),
                        document.sending()));
    }

    private static boolean mayBeOnServer(LocalDocument document) {
        return document.parent().isPresent()
                || document.sending().isPresent()
                || document.state() == PushState.CONFLICTING;
    }

    // A conflict is with what the server has, whatever is written here.
    private static PushState written(LocalDocument current) {
        return current.state() == PushState.CONFLICTING ? PushState.CONFLICTING : PushState.PENDING;
    }

    static Optional<LocalDocument> rebase(Optional<LocalDocument> current, long next, Optional<Revision> parent) {
        return current.map(document -> new LocalDocument(
                document.id(),
                next,
                document.session(),
                document.deleted(),
                document.body(),
                unpushed(document, parent),
                parent,
                Optional.empty()));
    }

    static Optional<LocalDocument> retry(Optional<LocalDocument> current) {
        return current.filter(document -> document.state() == PushState.REFUSED)
                .map(document -> with(document, PushState.PENDING, document.parent(), document.sending()));
    }

    /**
     * Settles on the edit to send, before it is sent.
     *
     * @param body the document's, as it is to be sent
     */
    static LocalDocument pin(LocalDocument current, ObjectNode body) {
        DocumentEdit edit = new DocumentEdit(current.id(), current.parent(), current.deleted(), body);
        return with(current, current.state(), current.parent(), Optional.of(new Sending(current.sequence(), edit)));
    }

    /** What can't be sent at all stands as what the server refuses. */
    static LocalDocument refuse(LocalDocument current) {
        return with(current, PushState.REFUSED, current.parent(), Optional.empty());
    }

    /** Takes the answer to what was sent, if that is what the document still waits for. */
    static Optional<LocalDocument> settle(Optional<LocalDocument> current, Sending sent, EditOutcome outcome) {
        return current.filter(document -> document.sending()
                        .filter(sending -> sending.sequence() == sent.sequence())
                        .isPresent())
                .map(document -> settled(document, sent, outcome));
    }

    private static LocalDocument settled(LocalDocument document, Sending sent, EditOutcome outcome) {
        boolean newest = document.sequence() == sent.sequence();
        if (outcome instanceof EditOutcome.Written written) {
            Optional<Revision> parent = sent.edit().deleted() ? Optional.empty() : Optional.of(written.revision());
            PushState state = newest ? PushState.PUSHED : unpushed(document, parent);
            return with(document, state, parent, Optional.empty());
        }
        PushState state = outcome instanceof EditOutcome.Conflicting
                ? PushState.CONFLICTING
                : newest ? PushState.REFUSED : unpushed(document, document.parent());
        return with(document, state, document.parent(), Optional.empty());
    }

    // Where there is nothing on the server a tombstone has nothing to delete.
    private static PushState unpushed(LocalDocument document, Optional<Revision> parent) {
        return document.deleted() && parent.isEmpty() ? PushState.PUSHED : PushState.PENDING;
    }

    private static LocalDocument with(
            LocalDocument document, PushState state, Optional<Revision> parent, Optional<Sending> sending) {
        return new LocalDocument(
                document.id(),
                document.sequence(),
                document.session(),
                document.deleted(),
                document.body(),
                state,
                parent,
                sending);
    }
}
