package dev.docmirror.queue;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;

/**
 * What a host puts its writes into: each is durable once it is enqueued, and a {@link QueueWorker} takes it to the
 * source. Here operations are looked at, too, and what is stuck is decided.
 *
 * <p>The queue holds whole documents until they are {@linkplain #purge purged}: whoever may read it may read those.
 *
 * <p>Thread-safe. It closes none of the parts it was given. All methods throw
 * {@link dev.docmirror.error.SyncException}s. Texts that say why go into the audit: no content.
 */
public final class SyncQueue {
    private static final int PAGE = 500;

    private final QueueStore store;
    private final Optional<Conflicts> conflicts;

    private record Conflicts(ChangeSource source, Losers losers) {}

    private SyncQueue(QueueStore store, Optional<Conflicts> conflicts) {
        this.store = store;
        this.conflicts = conflicts;
    }

    /** Begins to put a queue together. */
    public static Builder builder(QueueStore store) {
        return new Builder(store);
    }

    /** A queue on a store; it can't {@link #resolve} conflicts. */
    public static SyncQueue of(QueueStore store) {
        return builder(store).build();
    }

    /**
     * Adds an operation, or {@linkplain Folding folds} it into the one on the same document that waits.
     *
     * @return the operation that now stands for it; a cancelled one if nothing is left to do
     */
    public QueuedOperation enqueue(SyncOperation operation) {
        return store.enqueue(operation);
    }

    /**
     * Lets an operation that failed go again at once, with all tries.
     *
     * @param by who, 1 to 191 characters
     * @return the operation as it stands now; empty if there is none that failed
     */
    public Optional<QueuedOperation> retry(long number, String by) {
        return store.change(number, new ManualChange.Retry(), by, "retried");
    }

    /**
     * Lets all operations that failed go again, with all tries; those that are due by themselves, too.
     *
     * @param filter which of them; its states and its page do not matter
     * @return how many
     */
    public long retryFailed(QueueFilter filter, String by) {
        long retried = 0;
        long after = 0;
        while (true) {
            List<QueuedOperation> page =
                    store.list(filter.in(OperationState.FAILED).page(after, PAGE));
            for (QueuedOperation failed : page) {
                after = failed.number();
                retried += retry(failed.number(), by).isPresent() ? 1 : 0;
            }
            if (page.size() < PAGE) {
                return retried;
            }
        }
    }

    /**
     * Takes an operation out that waits, failed or is in conflict. One that failed may have had its effect all the same.
     *
     * @param by who, 1 to 191 characters
     * @return the operation as it stands now; empty if there is none that can be cancelled
     */
    public Optional<QueuedOperation> cancel(long number, String by, String reason) {
        return store.change(number, new ManualChange.Cancel(), by, reason);
    }

    /**
     * Decides about an operation in conflict. Whatever loses is in the conflict archive before the decision takes effect:
     * the server's version where the client's takes its place, else the version that the operation would have made, for
     * {@link OperationResolution#MANUAL} as an open one that shows in {@link dev.docmirror.conflict.ConflictReview}.
     * Doing it again after a crash in between archives nothing twice.
     *
     * @param by who, 1 to 191 characters
     * @return the operation as it stands now; empty if there is none in conflict
     * @throws IllegalStateException if the queue was built without {@link Builder#conflicts}
     * @throws dev.docmirror.error.MappingException if the server's version can't be read and a patch depends on it
     */
    public Optional<QueuedOperation> resolve(long number, OperationResolution resolution, String by, String why) {
        Conflicts parts =
                conflicts.orElseThrow(() -> new IllegalStateException("resolve: the queue needs conflicts(...)"));
        Optional<QueuedOperation> found =
                store.find(number).filter(queued -> queued.state() == OperationState.CONFLICT);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SyncOperation operation = found.get().operation();
        Optional<Document> server = parts.source().read(List.of(operation.id())).stream()
                .findFirst()
                .map(DocumentChange::winner);
        String reason = resolution + ": " + why;
        ManualChange change = switch (resolution) {
            case CLIENT_WINS -> new ManualChange.Redo(parts.losers().clientWins(operation, server, reason));
            case SERVER_WINS -> yielded(parts, operation, server, Outcome.CHOSEN, reason);
            case MANUAL -> yielded(parts, operation, server, Outcome.REVIEW, reason);
        };
        return store.change(number, change, by, reason);
    }

    private static ManualChange yielded(
            Conflicts parts, SyncOperation operation, Optional<Document> server, Outcome outcome, String reason) {
        parts.losers().serverWins(operation, server, outcome, reason);
        return new ManualChange.Yield();
    }

    /** An operation, if it was not purged. */
    public Optional<QueuedOperation> find(long number) {
        return store.find(number);
    }

    /** A page of operations, oldest first. */
    public List<QueuedOperation> list(QueueFilter filter) {
        return store.list(filter);
    }

    /** Counts by state, and more, of all operations that a filter means, whatever its page. */
    public QueueStatistics statistics(QueueFilter filter) {
        return store.statistics(filter);
    }

    /**
     * Forgets final operations that changed last before a time: retention is the host's decision and never happens by
     * itself. Works in small transactions; the audit stays.
     *
     * @return how many were forgotten
     */
    public long purge(Instant before) {
        return store.purge(before);
    }

    /** Verifies the audit, up to a head that was kept elsewhere; {@link QueueAudit.Head#NONE} if none was. */
    public QueueAudit.Result verifyAudit(QueueAudit.Head kept) {
        return QueueAudit.verify(store::audit, kept);
    }

    /** Puts a queue together; not thread-safe. */
    public static final class Builder {
        private final QueueStore store;
        private Optional<Conflicts> conflicts = Optional.empty();

        private Builder(QueueStore store) {
            this.store = Objects.requireNonNull(store, "store: must be given");
        }

        /**
         * Makes {@link SyncQueue#resolve} possible.
         *
         * @param stream whose conflicts they are, see {@link StreamId}
         * @param source reads the server's versions
         * @param archive keeps the versions that lose
         */
        public Builder conflicts(String stream, ChangeSource source, ConflictArchive archive) {
            Objects.requireNonNull(source, "source: must be given");
            Objects.requireNonNull(archive, "archive: must be given");
            this.conflicts = Optional.of(new Conflicts(source, new Losers(StreamId.of(stream), archive)));
            return this;
        }

        /** The queue; nothing is opened or asked. */
        public SyncQueue build() {
            return new SyncQueue(store, conflicts);
        }
    }
}
