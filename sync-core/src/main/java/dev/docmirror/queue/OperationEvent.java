package dev.docmirror.queue;

import java.time.Duration;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.SyncException;

/** Something a {@link QueueWorker} does or met. Events hold names, ids, revisions and counts, no document content. */
public sealed interface OperationEvent {

    /** An operation without its content. */
    record Subject(
            long number,
            SyncOperation.Kind kind,
            String type,
            DocumentId id,
            Optional<String> user,
            Optional<String> device) {
        static Subject of(QueuedOperation queued) {
            SyncOperation operation = queued.operation();
            return new Subject(
                    queued.number(),
                    operation.kind(),
                    operation.type(),
                    operation.id(),
                    operation.user(),
                    operation.device());
        }
    }

    /**
     * An edit is about to be sent; told before it is. After a failure it is told again.
     *
     * @param parent the revision that is edited
     * @param deletes whether the document is deleted
     */
    record Writing(Subject subject, Optional<Revision> parent, boolean deletes) implements OperationEvent {}

    /**
     * What became of an operation is durable.
     *
     * @param revision what it wrote, or what stands against it
     * @param attempts how many tries failed so far
     * @param resolution how a conflict was decided, if there was one and it was
     */
    record Settled(
            Subject subject,
            OperationState state,
            Optional<Revision> revision,
            Optional<String> reason,
            int attempts,
            Optional<OperationResolution> resolution)
            implements OperationEvent {}

    /** A batch is done. */
    record BatchPushed(int operations, Duration elapsed) implements OperationEvent {}

    /**
     * The worker can't go on for the time being and tries again.
     *
     * @param delay how long it waits before
     */
    record RetryScheduled(Side side, Duration delay, SyncException cause) implements OperationEvent {}

    /** Which side of the worker failed. */
    enum Side {
        QUEUE,
        SOURCE,
        TARGET
    }
}
