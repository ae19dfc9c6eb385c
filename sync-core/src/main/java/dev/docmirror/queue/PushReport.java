package dev.docmirror.queue;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.SyncException;

/**
 * What one {@link QueueWorker#runOnce()} did.
 *
 * @param total operations that were taken
 * @param success of these, those that are completed with their effect in the source
 * @param failed those that failed, for now or for good
 * @param conflicts those that met another version of their document, however it was decided; one that was done again on
 *     top of it counts as success, too
 * @param conflictList the conflicts
 * @param failure what ended the run before the queue was drained, if anything did: what was taken and not done waits
 */
public record PushReport(
        int total,
        int success,
        int failed,
        int conflicts,
        List<OperationConflict> conflictList,
        Optional<SyncException> failure) {
    public PushReport {
        conflictList = List.copyOf(conflictList);
    }

    /**
     * A conflict.
     *
     * @param number the operation
     * @param resolution how it was decided; empty if it waits for a person
     * @param reason what stood against the operation
     */
    public record OperationConflict(
            long number, String type, DocumentId id, Optional<OperationResolution> resolution, String reason) {}
}
