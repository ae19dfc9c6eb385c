package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document as an edge node has it, in plaintext. Immutable as long as nobody modifies its trees.
 *
 * @param id the document
 * @param sequence its place among all changes of the store's documents; grows with every change of what it says or
 *     follows
 * @param session the session it belongs to, if to any
 * @param deleted whether it is a tombstone
 * @param body its fields, without {@code _id} and {@code _rev}; empty in a tombstone
 * @param state how it stands to the server
 * @param parent the revision of the server that the next edit follows: the last one that was pushed, or that the host
 *     named; empty for none, or after a tombstone
 * @param sending what was sent, or is about to be, and is not answered yet; it is sent again as it is before anything
 *     newer
 */
public record LocalDocument(
        DocumentId id,
        long sequence,
        Optional<String> session,
        boolean deleted,
        ObjectNode body,
        PushState state,
        Optional<Revision> parent,
        Optional<Sending> sending) {

    /**
     * An edit on its way.
     *
     * @param sequence the sequence of the document when it was made
     * @param edit exactly what is sent
     */
    public record Sending(long sequence, DocumentEdit edit) {}

    /** Id, sequence and state; no content. */
    @Override
    public String toString() {
        return "LocalDocument[" + id + " at " + sequence + ", " + state + (deleted ? ", deleted]" : "]");
    }
}
