package dev.docmirror.examples.backend.webhook;

import java.time.Instant;

import tools.jackson.databind.node.ObjectNode;

/**
 * A delivery whose signature is right.
 *
 * @param id the sender's own, the same when it sends it again
 * @param signedAt when this try was signed; in whole seconds
 */
record Delivery(String sender, String id, Instant signedAt, ObjectNode body) {

    /** No content. */
    @Override
    public String toString() {
        return "Delivery[" + sender + ", " + signedAt + "]";
    }
}
