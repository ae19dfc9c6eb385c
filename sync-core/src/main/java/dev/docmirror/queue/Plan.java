package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;

/** What is to be done about an operation. */
sealed interface Plan {

    /**
     * An edit is sent.
     *
     * @param edit as it is pinned: it names the tombstone that it continues, so that it is known for the same one later
     * @param sent as the target takes it: a document that is deleted altogether is continued without a parent
     * @param again whether it was pinned before, and so may have been sent before
     */
    record Send(DocumentEdit edit, DocumentEdit sent, boolean again) implements Plan {}

    /** Its effect is there already. */
    record Done(Optional<Revision> revision, String reason) implements Plan {}

    /**
     * Another version stands against it.
     *
     * @param server the source's winner, if it knows the document
     */
    record Clash(Optional<Document> server, String reason) implements Plan {}

    /** It can't be done. */
    record Refuse(String reason) implements Plan {}
}
