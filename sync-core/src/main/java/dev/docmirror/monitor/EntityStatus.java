package dev.docmirror.monitor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.identity.Identity;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;

/**
 * Where a document is: what waits for the source, what is mirrored, what stands in between. It holds ids, revisions,
 * states and reasons, no document content. The parts are read one after the other, so that one may be a little older than
 * another. What the monitor has no part for is empty.
 *
 * @param id the document
 * @param identity whom it is about, if that is linked
 * @param mirrored what the mirror holds
 * @param operations what is or was to be written to the source, oldest first, as far as it was not purged
 * @param conflicts versions that lost, oldest decision first
 * @param deadLetter why its newest version could not be mirrored
 */
public record EntityStatus(
        DocumentId id,
        Optional<Identity> identity,
        Optional<MirroredDocument> mirrored,
        List<Operation> operations,
        List<Loser> conflicts,
        Optional<DeadLetter> deadLetter) {
    public EntityStatus {
        operations = List.copyOf(operations);
        conflicts = List.copyOf(conflicts);
    }

    /** In one word. */
    public enum State {
        /** Nothing is known of it here. */
        UNKNOWN,
        /** The mirror holds it, and nothing is under way. */
        MIRRORED,
        /** Something is under way: to the source, or back from there. */
        UNDER_WAY,
        /** An operation failed and is tried again only by hand. */
        FAILED,
        /** Somebody has to decide between versions. */
        IN_CONFLICT,
        /** Its newest version could not be mirrored. */
        PARKED
    }

    /** An operation of the queue without its content. */
    public record Operation(
            long number,
            SyncOperation.Kind kind,
            OperationState state,
            boolean stuck,
            int attempts,
            Instant enqueuedAt,
            Instant changedAt,
            Optional<Revision> result,
            Optional<String> reason) {
        static Operation of(QueuedOperation queued) {
            return new Operation(
                    queued.number(),
                    queued.operation().kind(),
                    queued.state(),
                    queued.isStuck(),
                    queued.attempts(),
                    queued.enqueuedAt(),
                    queued.changedAt(),
                    queued.result(),
                    queued.reason());
        }
    }

    /** An archived version without its content. */
    public record Loser(
            Revision revision, ArchivedConflict.Outcome outcome, String reason, Instant detectedAt, boolean open) {
        static Loser of(ArchiveEntry entry) {
            ArchivedConflict conflict = entry.conflict();
            return new Loser(
                    conflict.loser().revision(),
                    conflict.outcome(),
                    conflict.reason(),
                    entry.detectedAt(),
                    entry.isOpen());
        }
    }

    /** The state in one word; the one that needs a person most. */
    public State state() {
        if (deadLetter.isPresent()) {
            return State.PARKED;
        }
        boolean undecided = operations.stream().anyMatch(each -> each.state() == OperationState.CONFLICT);
        if (undecided || conflicts.stream().anyMatch(Loser::open)) {
            return State.IN_CONFLICT;
        }
        if (operations.stream().anyMatch(Operation::stuck)) {
            return State.FAILED;
        }
        if (operations.stream().anyMatch(each -> !each.state().isFinal() || isOnItsWayBack(each))) {
            return State.UNDER_WAY;
        }
        return mirrored.isPresent() ? State.MIRRORED : State.UNKNOWN;
    }

    /** Whether the mirror holds an older version than the one that the operation wrote, and has not judged that one. */
    private boolean isOnItsWayBack(Operation operation) {
        return operation.result().isPresent()
                && conflicts.stream()
                        .noneMatch(loser -> operation.result().get().equals(loser.revision()))
                && mirrored.map(held -> held.revision().generation()
                                < operation.result().get().generation())
                        .orElse(true);
    }
}
