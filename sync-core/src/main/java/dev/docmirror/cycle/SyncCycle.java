package dev.docmirror.cycle;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.queue.PushReport;
import dev.docmirror.queue.QueueWorker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole sync of this node: first what waits in the queue is written to the source, then what the source has is
 * mirrored. By hand ({@link #run()}) and on a schedule ({@link #every}), but never two at a time on one node.
 *
 * <p><b>What one pushed oneself comes back.</b> A document that the push wrote is a change of the source like any other,
 * and the pull mirrors it, once: this is how a local write gets into the mirror at all. It goes no further. The mirror puts
 * nothing into the queue, so nothing is pushed again; the registry knows the revision from then on, so that the next pull,
 * or a repeated one, finds nothing to do. The operation names the revision that it wrote
 * ({@link dev.docmirror.queue.QueuedOperation#result}), and when the mirror holds the document at that revision, the round
 * trip is done.
 *
 * <p>Push and pull fail on their own: what one can't do keeps the other from nothing. Each does as much as it can; what is
 * left waits in the queue or behind the checkpoint for the next cycle.
 *
 * <p>Thread-safe. It starts a thread of its own (a daemon) for the schedule only and ends it in {@link #close()}; it never
 * closes the workers it was given.
 */
public final class SyncCycle implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncCycle.class);

    private final QueueWorker push;
    private final SyncWorker pull;
    private final PullEvents events;
    private final Optional<Duration> following;
    private final Consumer<CycleOutcome.Finished> listener;
    private final Clock clock;
    private final CycleGate gate = new CycleGate();
    private CycleStanding standing = CycleStanding.NONE;
    private @Nullable Thread schedule;

    private SyncCycle(Builder builder) {
        this.push = builder.push;
        this.pull = builder.pull;
        this.events = builder.events;
        this.following = builder.following;
        this.listener = builder.listener;
        this.clock = builder.clock;
    }

    /**
     * Begins to put a cycle together.
     *
     * @param push the cycle's own: nobody else starts or runs it. Other workers, here and elsewhere, may share its queue
     * @param pull the cycle's own, too, unless it {@linkplain Builder#follows is followed}
     * @param events a listener of {@code pull}: it was built with it
     */
    public static Builder builder(QueueWorker push, SyncWorker pull, PullEvents events) {
        return new Builder(push, pull, events);
    }

    /**
     * Pushes, then pulls, on the calling thread. What the report says of the pull is what was mirrored since the report
     * before, or since the worker was made: each change stands in one report.
     *
     * @return what was done; or that a cycle runs on this node already, without waiting for it
     * @throws SyncStoppedException if {@link #close()} ended it
     * @throws InterruptedException if the thread was interrupted; the batch in hand was finished or rolled back
     * @throws IllegalStateException if this was closed, or if somebody else runs one of the workers
     */
    public CycleOutcome run() throws InterruptedException {
        return run(Set.of());
    }

    /**
     * The same, but pushes nothing but operations of some types. The pull mirrors everything all the same: a stream has
     * one checkpoint, and what it passed by would be skipped for good.
     *
     * @param types see {@link dev.docmirror.queue.SyncOperation#type()}; empty means all
     * @see #run()
     */
    public CycleOutcome run(Set<String> types) throws InterruptedException {
        return run(EnumSet.allOf(Half.class), types);
    }

    /**
     * Pushes and does not pull: what {@link #run(Set)} does first. A half does not count in {@link #standing()}, and what
     * the report says of the pull is nothing.
     *
     * @param types see {@link dev.docmirror.queue.SyncOperation#type()}; empty means all
     * @see #run()
     */
    public CycleOutcome push(Set<String> types) throws InterruptedException {
        return run(EnumSet.of(Half.PUSH), types);
    }

    /**
     * Pulls and does not push: what {@link #run()} does then. A half does not count in {@link #standing()}, and what the
     * report says of the push is nothing.
     *
     * @see #run()
     */
    public CycleOutcome pull() throws InterruptedException {
        return run(EnumSet.of(Half.PULL), Set.of());
    }

    private enum Half {
        PUSH,
        PULL
    }

    private CycleOutcome run(Set<Half> halves, Set<String> types) throws InterruptedException {
        Optional<Instant> busySince = gate.enter(clock.instant());
        if (busySince.isPresent()) {
            return new CycleOutcome.Busy(busySince.get());
        }
        try {
            CycleOutcome.Finished finished = pushAndPull(System.nanoTime(), halves, types);
            tell(finished);
            return finished;
        } catch (InterruptedException e) {
            if (gate.isClosed()) {
                throw new SyncStoppedException("the cycle was closed", e);
            }
            throw e;
        } catch (RuntimeException e) {
            if (halves.size() == Half.values().length) {
                failed(e instanceof SyncException known ? known : new UnexpectedFailureException("a cycle", e));
            }
            throw e;
        } finally {
            gate.leave();
        }
    }

    private CycleOutcome.Finished pushAndPull(long began, Set<Half> halves, Set<String> types)
            throws InterruptedException {
        PushReport pushed = new PushReport(0, 0, 0, 0, List.of(), Optional.empty());
        Optional<SyncException> failure = Optional.empty();
        if (halves.contains(Half.PUSH)) {
            try {
                pushed = push.runOnce(types);
                failure = pushed.failure();
            } catch (SyncException e) {
                failure = Optional.of(e);
            }
        }
        PullEvents.Sum pulled = PullEvents.Sum.NOTHING;
        if (halves.contains(Half.PULL)) {
            gate.checkGoingOn();
            Optional<SyncException> pullFailure = catchUp();
            failure = failure.isPresent() ? failure : pullFailure;
            pulled = events.take();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        CycleReport report = CycleReport.of(failure.isEmpty(), clock.instant(), took, pushed, pulled);
        if (halves.size() == Half.values().length) {
            failure.ifPresentOrElse(this::failed, () -> succeeded(report.completedAt()));
        }
        return new CycleOutcome.Finished(report, failure);
    }

    private Optional<SyncException> catchUp() throws InterruptedException {
        try {
            if (following.isEmpty()) {
                pull.runOnce();
                return Optional.empty();
            }
            Duration patience = following.get();
            return isStandby() || awaitCaughtUp(patience) || isStandby()
                    ? Optional.empty()
                    : Optional.of(new TransientSyncException(
                            "stream " + pull.stream() + " did not catch up within " + patience.toMillis()
                                    + " ms; it is " + pull.state(),
                            null));
        } catch (SyncException e) {
            return Optional.of(e);
        }
    }

    private boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        gate.waiting(true);
        try {
            return pull.awaitCaughtUp(patience);
        } finally {
            gate.waiting(false);
        }
    }

    /** Then another node mirrors the stream, and this one can't know how far it is. */
    private boolean isStandby() {
        return pull.state() == SyncState.STANDBY;
    }

    /**
     * Runs a cycle at once and then again and again, on a thread of its own, until {@link #close()}. A cycle that fails,
     * or finds another one running, does not end that; see {@link #standing()}.
     *
     * @param pause from the end of a cycle to the beginning of the next
     * @throws IllegalStateException if this is scheduled already or was closed
     */
    public synchronized void every(Duration pause) {
        if (pause.toMillis() < 1) {
            throw new IllegalArgumentException("pause: must be >= 1 ms, was " + pause);
        }
        gate.checkOpen();
        if (schedule != null) {
            throw new IllegalStateException("the cycle is scheduled already");
        }
        Thread thread = new Thread(() -> repeat(pause), "docmirror-cycle");
        thread.setDaemon(true);
        schedule = thread;
        thread.start();
    }

    private void repeat(Duration pause) {
        try {
            do {
                runOnSchedule();
            } while (!gate.pause(pause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        }
    }

    private void runOnSchedule() throws InterruptedException {
        try {
            CycleOutcome outcome = run();
            if (outcome instanceof CycleOutcome.Finished finished) {
                finished.failure().ifPresent(cause -> log.warn("a cycle failed: {}", cause.getMessage()));
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // Whatever it is, the next cycle is worth a try. A foreign message may quote a document.
            if (!gate.isClosed()) {
                log.error("a cycle failed with {}", e.getClass().getName());
            }
        }
    }

    /** How the cycles went so far, by hand and on the schedule. */
    public synchronized CycleStanding standing() {
        return standing;
    }

    /**
     * Ends the schedule, and a cycle that runs: after the batch in hand, or by an interrupt if that takes longer than a
     * few seconds. Returns when it has ended. Idempotent; legal in any state and from any thread. Close it before its
     * workers.
     */
    @Override
    public void close() {
        gate.close();
        Thread scheduled = scheduled();
        if (gate.isRunner(Thread.currentThread()) || scheduled == Thread.currentThread()) {
            return; // a listener closes: its cycle is the last one
        }
        try {
            if (gate.awaitEnd() && scheduled != null) {
                scheduled.join(); // it has nothing left to do but to end
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread scheduled() {
        return schedule;
    }

    private synchronized void succeeded(Instant at) {
        standing = standing.succeeded(at);
    }

    private synchronized void failed(SyncException cause) {
        standing = standing.failed(cause);
    }

    private void tell(CycleOutcome.Finished finished) {
        try {
            listener.accept(finished);
        } catch (RuntimeException e) {
            log.warn("a listener failed with {}", e.getClass().getName());
        }
    }

    /** Puts a cycle together; not thread-safe. */
    public static final class Builder {
        private final QueueWorker push;
        private final SyncWorker pull;
        private final PullEvents events;
        private Optional<Duration> following = Optional.empty();
        private Consumer<CycleOutcome.Finished> listener = finished -> {};
        private Clock clock = Clock.systemUTC();

        private Builder(QueueWorker push, SyncWorker pull, PullEvents events) {
            this.push = Objects.requireNonNull(push, "push: must be given");
            this.pull = Objects.requireNonNull(pull, "pull: must be given");
            this.events = Objects.requireNonNull(events, "events: must be given");
        }

        /**
         * Follows a worker that the host has started: the pull waits until the mirror holds what the source had when the
         * push was done. On a node that stands by it does not wait. Default: the cycle runs the worker itself.
         *
         * @param patience how long it waits before the cycle fails
         */
        public Builder follows(Duration patience) {
            if (patience.toMillis() < 1) {
                throw new IllegalArgumentException("follows: must be >= 1 ms, was " + patience);
            }
            this.following = Optional.of(patience);
            return this;
        }

        /**
         * Who hears of each cycle that ran, and of each half, on its thread; an exception is logged and otherwise ignored.
         * Default: nobody.
         */
        public Builder listener(Consumer<CycleOutcome.Finished> heard) {
            this.listener = Objects.requireNonNull(heard, "listener: must be given");
            return this;
        }

        /** What tells when a cycle ended. Default: the system's clock. */
        public Builder clock(Clock time) {
            this.clock = Objects.requireNonNull(time, "clock: must be given");
            return this;
        }

        /** The cycle; nothing is opened or asked before it runs. */
        public SyncCycle build() {
            return new SyncCycle(this);
        }
    }
}
