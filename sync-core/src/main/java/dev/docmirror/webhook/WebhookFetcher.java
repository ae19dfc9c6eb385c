package dev.docmirror.webhook;

import java.util.Collection;
import java.util.Map;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the system behind a webhook for documents, where the webhook only names them. Thread-safe.
 *
 * <p>It throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself: the worker tries again,
 * and goes on when it works. Any other exception ends the worker.
 */
@FunctionalInterface
public interface WebhookFetcher {

    /** The documents as they are now, in as few requests as there can be. One that is missing there is deleted. */
    Map<DocumentId, ObjectNode> fetch(Collection<DocumentId> ids);
}
