package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;

/** What is to be done about an operation. */
sealed interface Plan {

    /**
     * An edit is sent.
     *
     * @param again whether it is pinned: it may have been sent before
     */
    record Send(DocumentEdit edit, boolean again) implements Plan {}

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
