package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.Document;

/** Decides about operations whose document was changed in the source meanwhile. Thread-safe. */
@FunctionalInterface
public interface OperationConflictPolicy {

    /**
     * Decides, or leaves the operation in {@link OperationState#CONFLICT} for a person.
     *
     * @param server the source's winner, a tombstone if the document is deleted; empty if the source does not know it
     */
    Optional<OperationResolution> decide(SyncOperation operation, Optional<Document> server);

    /** The same decision each time. */
    static OperationConflictPolicy always(OperationResolution resolution) {
        return (operation, server) -> Optional.of(resolution);
    }
}
