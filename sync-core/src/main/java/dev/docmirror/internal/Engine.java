package dev.docmirror.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.monitor.SyncStatistics;
import dev.docmirror.queue.DocumentTarget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the lease, follows the feed and applies batch after batch, until it is stopped or something a person has to
 * mend ends it. One thread runs it; the rest may be called from any.
 */
public final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final int MOST_TYPES_TOLD = 100;

    private final Parts parts;
    private final Tally tally = new Tally();
    private final Events events;
    private final Status status;
    private final Arrivals arrivals;
    private final String owner;
    private final Queue<Replay> replays = new ConcurrentLinkedQueue<>();
    private final Set<Optional<String>> typesTold = new HashSet<>();
    private volatile Stop stop = new Stop();
    private volatile @Nullable Session session;

    /** What a worker is put together from. */
    public record Parts(
            StreamId stream,
            ChangeSource source,
            DocumentMapper mapper,
            MirrorSink sink,
            CheckpointStore checkpoints,
            ConflictPolicy policy,
            Optional<DocumentTarget> target,
            Optional<IdentityLinks> identities,
            Optional<DocumentCodec> codec,
            Optional<NewMapping> mapping,
            Optional<DeadLetterStore> deadLetters,
            SyncListener listener,
            SyncOptions options) {

        /** The same with a source whose documents are read by the codec. */
        Parts decoding() {
            ChangeSource decoded =
                    codec.<ChangeSource>map(by -> new DecodedSource(source, by)).orElse(source);
            return new Parts(
                    stream,
                    decoded,
                    mapper,
                    sink,
                    checkpoints,
                    policy,
                    target,
                    identities,
                    codec,
                    mapping,
                    deadLetters,
                    listener,
                    options);
        }
    }

    public Engine(Parts given) {
        this.parts = given.decoding();
        this.events = new Events(parts.stream(), tally, parts.listener());
        this.status = new Status(events, System::nanoTime);
        this.arrivals = new Arrivals(status);
        this.owner = parts.options().owner() + " " + UUID.randomUUID();
    }

    /** Prepares a run, so that a stop that comes before the run is not lost. */
    public void prepare() {
        stop = new Stop();
        status.begin();
    }

    /** Asks whoever runs, or runs next, to look at documents. */
    public CompletableFuture<Replay.Result> replay(
            Replay.Action action, Collection<DocumentId> ids, StoredDocuments stored) {
        Replay replay = new Replay(action, ids, stored);
        replays.add(replay);
        Session current = session;
        if (current != null) {
            current.nudge();
        }
        return replay.result();
    }

    /** Nobody runs: what was asked for is not done. */
    public void abandonReplays(SyncException cause) {
        Replay replay = replays.poll();
        while (replay != null) {
            replay.result().completeExceptionally(cause);
            replay = replays.poll();
        }
    }

    /** What is to be served next. */
    @Nullable
    Replay replay() {
        Replay replay = replays.peek();
        while (replay != null && replay.isDone()) {
            replays.remove(replay);
            replay = replays.peek();
        }
        return replay;
    }

    /** What a run does. */
    public enum Task {
        /** Mirrors what comes, for ever. */
        FOLLOW,
        /** Mirrors everything up to now. */
        CATCH_UP,
        /** Serves what was asked for, and nothing else. */
        REPLAY
    }

    public void run(Task task) {
        Stop mine = stop;
        try {
            Guard sinkGuard = guard(Status.Party.SINK, mine);
            sinkGuard.call(() -> {
                parts.sink().verify(parts.mapper().tables());
                return true;
            });
            while (!lead(sinkGuard, task, mine)) {
                status.standBy();
            }
            status.end(SyncState.STOPPED, Optional.empty());
        } catch (Stop.StoppedException e) {
            status.end(SyncState.STOPPED, Optional.empty());
        } catch (InterruptedException e) {
            status.end(SyncState.STOPPED, Optional.empty());
            Thread.currentThread().interrupt(); // whoever called has to know that this is no complete run
        } catch (SyncException e) {
            status.end(endOf(e), Optional.of(e));
        } catch (RuntimeException | Error e) {
            log.error("{}: unexpected {}", parts.stream(), e.getClass().getName());
            status.end(SyncState.FAILED, Optional.of(new UnexpectedFailureException("the worker", e)));
        }
    }

    public void stop() {
        stop.request();
        Session current = session;
        if (current != null) {
            current.stop();
        }
    }

    /** Whether the calling thread is one that a run started. */
    public boolean isOwnThread() {
        Session current = session;
        return current != null && current.isOwnThread();
    }

    public SyncState state() {
        return status.state();
    }

    public Optional<SyncException> failure() {
        return status.failure();
    }

    public SyncStatistics statistics() {
        return tally.snapshot(status.state(), status.lag());
    }

    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        long now = System.nanoTime();
        Session current = session;
        if (current != null) {
            current.refresh();
        }
        return status.awaitCaughtUp(now, timeout);
    }

    public boolean awaitMirrored(DocumentId id, Revision revision, Duration timeout) throws InterruptedException {
        try (Arrivals.Waiter waiter = arrivals.await(id, revision)) {
            return isMirrored(id, revision)
                    || (status.await(timeout, () -> waiter.arrival() != Arrivals.Arrival.PENDING)
                            && waiter.arrival() == Arrivals.Arrival.MIRRORED);
        }
    }

    /** Whether the mirror holds the revision, or has judged everything the source has of the document. */
    private boolean isMirrored(DocumentId id, Revision revision) {
        MirroredDocument mirrored =
                parts.sink().mirrored(parts.stream(), List.of(id)).get(id);
        return mirrored != null
                && (mirrored.revision().equals(revision)
                        || parts.source().read(List.of(id)).stream()
                                .anyMatch(change -> Arrivals.covers(change, revision)
                                        && change.digest().equals(mirrored.leaves())));
    }

    /** Leads the stream as long as the lease lasts; true if there is nothing more to do. */
    private boolean lead(Guard sinkGuard, Task task, Stop mine) throws InterruptedException {
        boolean follow = task == Task.FOLLOW;
        Lease lease = acquire(sinkGuard, follow, mine);
        try {
            Optional<Checkpoint> checkpoint =
                    sinkGuard.call(() -> parts.checkpoints().load(parts.stream()));
            try (Session leading = new Session(this, lease, checkpoint, follow)) {
                session = leading;
                mine.check(); // a stop that came before this session was to be seen
                if (task == Task.REPLAY) {
                    leading.replayAll(sinkGuard);
                } else {
                    leading.applyAll(sinkGuard, mine);
                }
                return true;
            } finally {
                session = null;
            }
        } catch (LeaseLostException e) {
            if (!follow) {
                throw e;
            }
            log.info("{}: {}", parts.stream(), e.getMessage());
            return false;
        } finally {
            release(lease);
        }
    }

    private void release(Lease lease) {
        try {
            lease.close();
        } catch (SyncException e) {
            log.debug("{}: the lease could not be given back and will expire: {}", parts.stream(), e.getMessage());
        }
    }

    private Lease acquire(Guard sinkGuard, boolean follow, Stop mine) throws InterruptedException {
        Duration ttl = parts.options().leaseTtl();
        long deadline = System.nanoTime() + ttl.toNanos() * 3 / 2;
        while (true) {
            long asked = System.nanoTime(); // an answer that took long is about the time when it was asked for
            Optional<Lease> lease = sinkGuard.call(() -> parts.sink().lease(parts.stream(), owner, ttl));
            if (lease.isPresent()) {
                return lease.get();
            }
            status.calm(SyncState.STANDBY);
            if (!follow && asked - deadline > 0) {
                throw new LeaseLostException(
                        "another worker mirrors stream " + parts.stream() + "; stop it, or let it do the work", null);
            }
            mine.pause(ttl.dividedBy(3));
        }
    }

    Parts parts() {
        return parts;
    }

    Status status() {
        return status;
    }

    void tell(SyncEvent event) {
        events.publish(event);
    }

    /** Tells what a durable batch did. */
    void tell(Fetched fetched, BatchOutcome outcome) {
        outcome.events(typesTold, MOST_TYPES_TOLD).forEach(events::publish);
        List<DocumentChange> changes = fetched.batch().changes();
        if (!changes.isEmpty()) {
            ChangeBatch batch = fetched.batch();
            Duration elapsed = Duration.ofNanos(System.nanoTime() - fetched.arrived());
            events.publish(outcome.mirrored(batch.bytes(), elapsed, batch.pending(), batch.caughtUp()));
            arrivals.arrived(changes, outcome.parked());
        }
    }

    /** Tells what a durable replay did. */
    void tell(List<DocumentChange> changes, BatchOutcome outcome, long began) {
        tell(outcome, changes.stream().mapToLong(DocumentChange::bytes).sum(), began);
        arrivals.arrived(outcome.news(changes), outcome.parked());
    }

    /** Tells what a durable batch of any kind did. */
    void tell(BatchOutcome outcome, long bytes, long began) {
        outcome.events(typesTold, MOST_TYPES_TOLD).forEach(events::publish);
        OptionalLong pending = statistics().pending();
        events.publish(outcome.mirrored(bytes, Duration.ofNanos(System.nanoTime() - began), pending, false));
    }

    private static SyncState endOf(SyncException e) {
        boolean needsDecision = e instanceof SourceReplacedException
                || e instanceof SourceUnavailableException
                || e instanceof InvalidPositionException
                || e instanceof SchemaMismatchException
                || e instanceof CheckpointConflictException;
        return needsDecision ? SyncState.HALTED : SyncState.FAILED;
    }

    Guard guard(Status.Party party, Stop until) {
        return new Guard(party, parts.options(), status, events, until, System::nanoTime);
    }
}
