package dev.docmirror.cycle;

import java.util.List;
import java.util.Optional;

import dev.docmirror.internal.JsonTime;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation that waits, as a client sees it: with its content, so it is for that client only. {@code toString} does
 * not show it.
 *
 * @param id the operation's number
 * @param operation {@code CREATE}, {@code UPDATE} (a patch, too) or {@code DELETE}
 * @param resourceType the document's type
 * @param data what the client sent, empty for a deletion
 * @param status {@code PENDING}, {@code SYNCING}, {@code SYNCED}, {@code CONFLICT}, {@code FAILED} or {@code CANCELLED}
 * @param retryCount how many tries have failed
 * @param createdAtClient when, by the client's clock, in ISO 8601 with milliseconds; empty if it did not say
 */
public record PendingItem(
        String id,
        String operation,
        String resourceType,
        Optional<ObjectNode> data,
        String status,
        int retryCount,
        Optional<String> createdAtClient) {

    /** An operation. */
    public static PendingItem of(QueuedOperation queued) {
        SyncOperation operation = queued.operation();
        SyncOperation.Kind kind = operation.kind();
        return new PendingItem(
                Long.toString(queued.number()),
                (kind == SyncOperation.Kind.PATCH ? SyncOperation.Kind.UPDATE : kind).name(),
                operation.type(),
                operation.body(),
                ClientStatus.of(queued.state()).name(),
                queued.attempts(),
                operation.clientTime().map(JsonTime::of));
    }

    /** The answer for a page of what {@link dev.docmirror.queue.SyncQueue#list} returns. */
    public static List<PendingItem> of(List<QueuedOperation> page) {
        return page.stream().map(PendingItem::of).toList();
    }

    /** Number, operation, type and status; no content. */
    @Override
    public String toString() {
        return "PendingItem[" + id + ", " + operation + " " + resourceType + ", " + status + "]";
    }
}
