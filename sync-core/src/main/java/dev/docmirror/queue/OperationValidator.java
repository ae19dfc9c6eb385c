package dev.docmirror.queue;

import java.util.Optional;

import tools.jackson.databind.node.ObjectNode;

/**
 * Has a say before an operation is written the first time. Thread-safe. It may look things up elsewhere: a
 * {@link dev.docmirror.error.TransientSyncException} puts the operation off; any other exception refuses it.
 */
@FunctionalInterface
public interface OperationValidator {

    /**
     * Why an operation must not be written.
     *
     * @param result the document's fields as they would be afterwards, without the source's own; empty for a deletion.
     *     Must not be modified
     * @return a rule's name, no content; empty if it may be written
     */
    Optional<String> refusal(SyncOperation operation, ObjectNode result);

    /** This validator, and where it does not refuse, the next one. */
    default OperationValidator andThen(OperationValidator next) {
        return (operation, result) -> refusal(operation, result).or(() -> next.refusal(operation, result));
    }
}
