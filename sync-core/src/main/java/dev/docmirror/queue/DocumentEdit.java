package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import tools.jackson.databind.node.ObjectNode;

/**
 * A new version of a document.
 *
 * @param id the document
 * @param parent the leaf that is edited; empty for a document that is not there, because it is new or because all its
 *     leaves are deleted: it continues the tree then, and naming a tombstone as parent is conflicting
 * @param deleted whether the new version is a tombstone
 * @param body the document's fields; {@code _id}, {@code _rev} and {@code _deleted} follow from this record, and other
 *     fields that begin with an underscore are left out, but for {@code _attachments}. Must not be modified any more
 */
public record DocumentEdit(DocumentId id, Optional<Revision> parent, boolean deleted, ObjectNode body) {

    /** Id and parent; no content. */
    @Override
    public String toString() {
        return "DocumentEdit[" + id + " on " + parent.map(Revision::toString).orElse("nothing")
                + (deleted ? ", deleted]" : "]");
    }
}
