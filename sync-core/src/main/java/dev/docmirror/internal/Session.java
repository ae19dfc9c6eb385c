package dev.docmirror.internal;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.mirror.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The time under one lease. The calling thread applies; others fetch ahead of it, renew the lease and write decisions
 * upstream, each from when there is something for it to do meanwhile: a run that ends with its first batch needs none.
 * {@link #refresh}, {@link #stop} and {@link #isOwnThread} may be called from any thread.
 */
final class Session implements AutoCloseable {
    private final Engine engine;
    private final Lease lease;
    private final boolean follow;
    private final Stop stop = new Stop();
    private final DecidingAhead ahead;
    private final Fetcher fetcher;
    private final LeaseKeeper keeper;
    private final Threads threads = new Threads();
    private final BatchApplier applier;
    private final Optional<WriteBacks> writeBacks;
    private final Collisions collisions;
    private final Guard sourceGuard;
    private Optional<Checkpoint> checkpoint;
    private @Nullable SourceIdentity identity;

    Session(Engine engine, Lease lease, Optional<Checkpoint> checkpoint, boolean follow) {
        this.engine = engine;
        this.lease = lease;
        this.checkpoint = checkpoint;
        this.follow = follow;
        Engine.Parts parts = engine.parts();
        SyncOptions options = parts.options();
        Decider decider = new Decider(
                parts.stream(),
                parts.mapper(),
                parts.policy(),
                Clock.systemUTC(),
                parts.target().isPresent());
        this.ahead = new DecidingAhead(decider, checkpoint.isEmpty(), threads, name("decide"), stop);
        this.fetcher = new Fetcher(
                parts.source(),
                checkpoint.map(Checkpoint::position),
                follow,
                options,
                engine.status(),
                engine.guard(Status.Party.SOURCE, stop),
                stop,
                ahead,
                System::nanoTime);
        this.sourceGuard = engine.guard(Status.Party.SOURCE, stop);
        this.keeper = new LeaseKeeper(lease, options.leaseTtl(), engine.guard(Status.Party.LEASE, stop), stop);
        this.writeBacks = parts.target()
                .map(target -> new WriteBacks(
                        engine, lease, decider, new Upstream(target), engine.guard(Status.Party.TARGET, stop)));
        this.applier = new BatchApplier(parts, decider);
        this.collisions = new Collisions(parts.stream(), parts.deadLetters(), follow, System::nanoTime);
    }

    /** Applies batches until the end of the feed, or for ever if the session follows it. */
    void applyAll(Guard sinkGuard, Stop until) throws InterruptedException {
        identity();
        engine.status().calm(SyncState.CATCHING_UP);
        if (follow) {
            threads.start(name("lease"), nudging(keeper));
            writeBacks.ifPresent(task -> threads.start(name("upstream"), nudging(task)));
        }
        if (!follow) {
            threads.startAfter(keeper.interval(), name("lease"), nudging(keeper));
        }
        if (follow || fetcher.first()) {
            threads.start(name("fetch"), nudging(fetcher));
        }
        if (engine.parts().mapping().isPresent()) {
            engine.parts()
                    .mapping()
                    .get()
                    .apply(
                            engine.parts().stream(),
                            engine.parts().sink(),
                            sinkGuard,
                            ids -> serve(Replay.Action.WRITE, ids, sinkGuard, until));
        }
        while (true) {
            until.check();
            if (keeper.failure().isPresent()) {
                throw keeper.failure().get();
            }
            writeBacks.ifPresent(WriteBacks::check);
            boolean idle = !replay(sinkGuard);
            Optional<Fetched> fetched = fetcher.handOver().take(idle);
            if (fetched.isPresent()) {
                apply(sinkGuard, fetched.get());
                boolean end = fetched.get().batch().caughtUp();
                if (end) {
                    collisions.retry(!follow, sinkGuard, ids -> serve(Replay.Action.RETRY, ids, sinkGuard, until));
                }
                if (!follow && end) {
                    replayAll(sinkGuard);
                    if (writeBacks.isPresent()) {
                        writeBacks.get().writeAll();
                    }
                    return;
                }
            }
        }
    }

    /** Makes documents anew on the worker's own account; how many were written. */
    private long serve(Replay.Action action, List<DocumentId> ids, Guard sinkGuard, Stop until)
            throws InterruptedException {
        Replay again = new Replay(action, ids, documents -> Map.of());
        while (!again.isDone()) {
            until.check();
            replay(sinkGuard, again);
        }
        return again.result().join().report().written();
    }

    private String name(String thread) {
        return "docmirror-" + engine.parts().stream() + "-" + thread;
    }

    /** The applying thread looks after the one of a task when it has ended. */
    private Runnable nudging(Runnable task) {
        return () -> {
            try {
                task.run();
            } finally {
                fetcher.handOver().nudge();
            }
        };
    }

    /** Serves all documents that were asked for, and nothing else. */
    void replayAll(Guard sinkGuard) throws InterruptedException {
        while (replay(sinkGuard)) {
            stop.check();
        }
    }

    /** Serves some of the documents that were asked for; false if there are none. */
    private boolean replay(Guard sinkGuard) throws InterruptedException {
        Replay replay = engine.replay();
        if (replay == null) {
            return false;
        }
        if (replay.action() == Replay.Action.REMAP) {
            remap(sinkGuard, replay);
        } else {
            replay(sinkGuard, replay);
        }
        return true;
    }

    private void replay(Guard sinkGuard, Replay replay) throws InterruptedException {
        identity();
        List<DocumentId> ids = replay.portion();
        long began = System.nanoTime();
        List<DocumentChange> found =
                sourceGuard.call(() -> engine.parts().source().read(ids));
        switch (replay.action()) {
            case COMPARE -> replay.compared(sinkGuard.call(() -> applier.different(lease, found)));
            case FORGET -> {
                Collection<DocumentId> removed = sinkGuard.call(() -> applier.forget(lease, replay.gone(found)));
                if (!removed.isEmpty()) {
                    collisions.freed();
                }
                replay.forgotten(removed);
            }
            default -> {
                BatchOutcome outcome = sinkGuard.call(() -> applier.replay(lease, found));
                collisions.saw(outcome);
                if (replay.action() == Replay.Action.RETRY) {
                    outcome.retried();
                }
                if (!outcome.upstream().isEmpty()) {
                    writeBacks.ifPresent(WriteBacks::wake);
                }
                engine.tell(found, outcome, began);
                replay.written(outcome, ids.size(), ids.size() - found.size());
            }
        }
        replay.served(found, engine.parts().options().batchLimits());
    }

    private void remap(Guard sinkGuard, Replay replay) throws InterruptedException {
        List<DocumentId> ids = replay.portion();
        long began = System.nanoTime();
        BatchApplier.Stored stored = sinkGuard.call(() -> applier.stored(lease, ids, replay.stored()));
        BatchOutcome outcome = sinkGuard.call(() -> applier.remap(lease, stored));
        collisions.saw(outcome);
        engine.tell(outcome, stored.bytes(), began);
        replay.remapped(outcome, ids.size());
        replay.served(stored.bytes(), engine.parts().options().batchLimits());
    }

    /** The source is not asked before something is to be had from it. */
    private SourceIdentity identity() throws InterruptedException {
        SourceIdentity known = identity;
        if (known == null) {
            known = sourceGuard.call(engine.parts().source()::identity);
            Optional<Checkpoint> stored = checkpoint;
            if (stored.isPresent()) {
                checkSource(stored.get().source(), known);
            }
            identity = known;
        }
        return known;
    }

    private static void checkSource(SourceIdentity stored, SourceIdentity found) {
        if (!stored.matches(found)) {
            throw new SourceReplacedException(
                    "the source is not the database of the checkpoint: it was " + stored + ", now it is " + found
                            + "; restore the configuration, or reset the stream to mirror this database from its"
                            + " beginning",
                    null);
        }
    }

    private void apply(Guard sinkGuard, Fetched fetched) throws InterruptedException {
        ChangeBatch batch = fetched.batch();
        Checkpoint reached = new Checkpoint(batch.position(), identity());
        if (!batch.changes().isEmpty() || !Optional.of(reached).equals(checkpoint)) {
            BatchOutcome outcome = commit(sinkGuard, fetched, reached);
            ahead.learn(outcome);
            collisions.saw(outcome);
            checkpoint = Optional.of(reached);
            if (!outcome.upstream().isEmpty()) {
                writeBacks.ifPresent(WriteBacks::wake);
            }
            engine.tell(fetched, outcome);
        }
        if (batch.caughtUp() && (!follow || fetcher.handOver().isDrained())) {
            engine.status().caughtUp(fetched.pollBegan());
        } else if (batch.changes().size()
                >= engine.parts().options().batchLimits().documents()) {
            engine.status().calm(SyncState.CATCHING_UP);
        }
    }

    private BatchOutcome commit(Guard sinkGuard, Fetched fetched, Checkpoint reached) throws InterruptedException {
        DecidedAhead batch = DecidingAhead.await(fetched.decided());
        try {
            // The next poll is on its way while the connection of this batch is given back.
            return sinkGuard.call(() -> applier.apply(lease, batch, checkpoint, reached, fetcher.handOver()::want));
        } catch (CheckpointConflictException e) {
            // A successor moves the checkpoint, too: only under a lease that still holds is it somebody's meddling.
            sinkGuard.call(() -> {
                lease.renew();
                return true;
            });
            throw e;
        }
    }

    void nudge() {
        fetcher.handOver().nudge();
    }

    void refresh() {
        fetcher.refresh();
    }

    void stop() {
        fetcher.stop();
    }

    boolean isOwnThread() {
        return threads.areCurrent();
    }

    @Override
    public void close() {
        stop();
        threads.join();
    }
}
