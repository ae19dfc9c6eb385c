package dev.docmirror.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.SyncState;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.SyncException;

/** Something a worker did or met. Events hold ids, revisions, names and counts, no document content. */
public sealed interface SyncEvent {

    /**
     * The worker's state changed.
     *
     * @param cause why, if a failure led here
     */
    record StateChanged(SyncState from, SyncState to, Optional<SyncException> cause) implements SyncEvent {}

    /**
     * A batch is durable.
     *
     * @param changes documents in the batch
     * @param written documents whose rows or registry entry were written
     * @param unchanged documents that were mirrored in this very state before (a replay)
     * @param skipped documents without rows, unknown types included
     * @param unknownTypes documents whose type no rule knows
     * @param encrypted documents whose key is not there; no event of its own tells of each
     * @param rowsByTable rows written or deleted in each table
     * @param bytes bytes of the bodies
     * @param elapsed from the fetch of the batch to its commit
     * @param pending about how many changes wait in the source, if it tells
     * @param caughtUp whether the source had nothing more at the time
     */
    record BatchMirrored(
            int changes,
            int written,
            int unchanged,
            int skipped,
            int unknownTypes,
            int encrypted,
            Map<String, Integer> rowsByTable,
            long bytes,
            Duration elapsed,
            OptionalLong pending,
            boolean caughtUp)
            implements SyncEvent {
        public BatchMirrored {
            rowsByTable = Map.copyOf(rowsByTable);
        }
    }

    /**
     * A policy decided. Also told when a replay comes to the same decision again; the archive keeps each loser once.
     *
     * @param chosen the revision that is mirrored now, empty if none is
     * @param losers the archived revisions
     */
    record ConflictResolved(
            DocumentId id,
            Optional<String> type,
            Optional<Revision> chosen,
            List<Revision> losers,
            ArchivedConflict.Outcome outcome,
            String reason)
            implements SyncEvent {
        public ConflictResolved {
            losers = List.copyOf(losers);
        }
    }

    /**
     * A document waits for no person any more, because of what its versions are now: what was still open of it in the
     * archive is closed. Also told when a person had closed that before.
     *
     * @param mirrored the revision that is mirrored now
     */
    record ConflictSettled(DocumentId id, Optional<String> type, Revision mirrored) implements SyncEvent {}

    /** A document went to the dead letters, because it can't be mirrored. */
    record DocumentParked(DeadLetter letter) implements SyncEvent {}

    /** A document names a type no rule knows; told once a type and process. */
    record TypeUnknown(Optional<String> type, DocumentId first) implements SyncEvent {}

    /** One revision came with two different bodies; the newer one is mirrored. */
    record IntegrityAlarm(DocumentId id, Revision revision) implements SyncEvent {}

    /**
     * A document has several signed versions that differ: one of them is mirrored, the others are in the archive. A
     * person should look at how that came to be.
     */
    record SignedVersionsDiffer(DocumentId id, List<Revision> revisions) implements SyncEvent {
        public SignedVersionsDiffer {
            revisions = List.copyOf(revisions);
        }
    }

    /**
     * A version says it was written in the future: the clock of a device is wrong. It is mirrored all the same, because
     * no decision may depend on a clock, and by its time it will win against honest ones.
     *
     * @param ahead how far its time is ahead of this machine's clock
     */
    record WrittenInFuture(DocumentId id, Revision revision, Duration ahead) implements SyncEvent {}

    /**
     * A decision was written upstream.
     *
     * @param written the revision of a merged or restored version, empty if the chosen one was there already
     * @param closed losing leaves that were closed
     */
    record ResolvedUpstream(DocumentId id, Optional<Revision> written, List<Revision> closed) implements SyncEvent {
        public ResolvedUpstream {
            closed = List.copyOf(closed);
        }
    }

    /** The target refuses to take a decision; the mirror holds it, the source goes on without it. */
    record UpstreamRefused(DocumentId id, String reason) implements SyncEvent {}

    /** The source handed out older states than those mirrored, which happens when a cluster moves; nothing was lost. */
    record FeedRewound(int documents) implements SyncEvent {}

    /**
     * Something failed and is tried again.
     *
     * @param attempt how many tries have failed in a row
     * @param delay how long the worker waits before the next
     */
    record RetryScheduled(Side side, int attempt, Duration delay, SyncException cause) implements SyncEvent {}

    /** Which side of the worker failed. */
    enum Side {
        SOURCE,
        SINK,
        /** What decisions are written to, see {@link dev.docmirror.SyncWorker.Builder#resolveUpstream}. */
        TARGET
    }
}
