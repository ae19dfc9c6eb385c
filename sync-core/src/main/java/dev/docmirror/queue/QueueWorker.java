package dev.docmirror.queue;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.error.SyncException;
import dev.docmirror.internal.Backoff;
import dev.docmirror.internal.Stop;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * Takes operations out of a queue and writes them to the source, in batches, each exactly once in effect and those on one
 * document in their order. Any number of workers, in any number of processes, share a queue.
 *
 * <p>What is sent for an operation is pinned in the queue before it is sent, so that after a crash or a lost answer the
 * very same edit is sent again, which the target recognizes. An operation whose document was changed meanwhile is decided
 * by the conflict policy, or waits for {@link SyncQueue#resolve}.
 *
 * <p>Two things stay with the host. A document that was new when its creation was sent, and is deleted by somebody else
 * before the answer was recorded, is in conflict and does not come back. And a worker that stands still for longer than
 * its lease at the very moment in which it continues a deleted document may bring it back a second time, because the
 * source can't tell one such edit from another: choose a lease that is longer than any pause.
 *
 * <p>Thread-safe. The worker starts threads of its own (daemons) and ends them in {@link #close()}; it never closes the
 * parts it was given.
 */
public final class QueueWorker implements AutoCloseable {
    private final Pusher.Parts parts;
    private final Semaphore due = new Semaphore(0);
    private Stop stop = new Stop();
    /** Who runs, if anybody does: a thread of ours or the caller of {@link #runOnce()}. */
    private @Nullable Thread runner;

    private @Nullable Thread started;
    private boolean closed;
    private volatile @Nullable SyncException failing;

    private QueueWorker(Pusher.Parts parts) {
        this.parts = parts;
    }

    /**
     * Begins to put a worker together.
     *
     * @param source reads the documents of the database that {@code target} writes to
     */
    public static Builder builder(QueueStore store, ChangeSource source, DocumentTarget target) {
        return new Builder(store, source, target);
    }

    /**
     * Starts working on a thread of its own and returns at once. Failures are told to the listener, shown by
     * {@link #failing()}, and tried again until {@link #close()}.
     *
     * @throws IllegalStateException if the worker runs already or was closed
     */
    public synchronized void start() {
        Stop mine = begin();
        Thread thread = new Thread(() -> follow(mine), "docmirror-queue");
        thread.setDaemon(true);
        runner = thread;
        started = thread;
        thread.start();
    }

    /**
     * Does everything that is due by now, on the calling thread, and returns. It ends early where the source or the
     * target fail for the time being, as {@link PushReport#failure()} says, when the thread is interrupted, and with
     * {@link #close()}.
     *
     * @throws SyncException if the queue itself fails; what was taken comes back when its lease runs out
     * @throws IllegalStateException if the worker runs already or was closed
     */
    public PushReport runOnce() {
        return runOnce(Set.of());
    }

    /**
     * The same with nothing but operations of some types: what is urgent first, for one. One of another type holds back
     * those behind it on its document all the same.
     *
     * @param types see {@link SyncOperation#type()}; empty means all
     * @see #runOnce()
     */
    public PushReport runOnce(Set<String> types) {
        Set<String> wanted = Set.copyOf(types);
        Stop mine;
        synchronized (this) {
            mine = begin();
            runner = Thread.currentThread();
        }
        try (QueueRun run = new QueueRun(parts, mine, this::ended)) {
            return run.drain(wanted);
        }
    }

    /** Looks at once whether something is due. For a host that has just committed an operation. */
    public void wake() {
        due.release();
    }

    /** What keeps the worker from going on at present; empty if nothing does. */
    public Optional<SyncException> failing() {
        return Optional.ofNullable(failing);
    }

    /** Finishes the batch in hand, ends the threads and returns. Idempotent; legal in any state and from any thread. */
    @Override
    public synchronized void close() {
        closed = true;
        stop.request();
        due.release();
        if (runner == Thread.currentThread()) {
            return; // a listener or a policy closes: the run ends after this batch
        }
        long deadline = System.nanoTime() + parts.options().closeTimeout().toNanos();
        boolean interrupted = false;
        while (runner != null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 && runner == started) {
                started.interrupt(); // never the host's own thread
            }
            try {
                wait(Math.max(100, left));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Stop begin() {
        if (closed) {
            throw new IllegalStateException("the worker was closed; build a new one");
        }
        if (runner != null) {
            throw new IllegalStateException("the worker runs already");
        }
        stop = new Stop();
        return stop;
    }

    private void follow(Stop mine) {
        try (QueueRun run = new QueueRun(parts, mine, this::ended)) {
            run.follow(due, cause -> failing = cause);
        }
    }

    private synchronized void ended() {
        runner = null;
        notifyAll();
    }

    /** Puts a worker together; not thread-safe. */
    public static final class Builder {
        private final QueueStore store;
        private final ChangeSource source;
        private final DocumentTarget target;
        private Optional<Verdicts.Deciding> deciding = Optional.empty();
        private OperationValidator validator = (operation, result) -> Optional.empty();
        private JsonPointer versionField = JsonPointer.compile("/version");
        private OperationListener listener = OperationListener.logging();
        private QueueOptions options = QueueOptions.defaults();

        private Builder(QueueStore store, ChangeSource source, DocumentTarget target) {
            this.store = Objects.requireNonNull(store, "store: must be given");
            this.source = Objects.requireNonNull(source, "source: must be given");
            this.target = Objects.requireNonNull(target, "target: must be given");
        }

        /**
         * Who decides about operations whose document was changed meanwhile. Default: they wait for
         * {@link SyncQueue#resolve}.
         *
         * @param stream whose conflicts they are, see {@link StreamId}
         * @param archive keeps the versions that lose
         */
        public Builder conflicts(OperationConflictPolicy policy, String stream, ConflictArchive archive) {
            Objects.requireNonNull(policy, "conflicts: must be given");
            this.deciding = Optional.of(new Verdicts.Deciding(policy, new Losers(StreamId.of(stream), archive)));
            return this;
        }

        /** Who has a say before an operation is written. Default: nobody. */
        public Builder validator(OperationValidator rules) {
            this.validator = Objects.requireNonNull(rules, "validator: must be given");
            return this;
        }

        /**
         * Where a document says which version it is, as a JSON Pointer (RFC 6901); {@link SyncOperation#version} is
         * compared with it. Default {@code /version}.
         *
         * @throws IllegalArgumentException if it is no JSON Pointer
         */
        public Builder versionField(String pointer) {
            this.versionField = JsonPointer.compile(pointer);
            return this;
        }

        /** Who hears what the worker does. Default: {@link OperationListener#logging()}. */
        public Builder listener(OperationListener events) {
            this.listener = Objects.requireNonNull(events, "listener: must be given");
            return this;
        }

        /** The settings. Default: {@link QueueOptions#defaults()}. */
        public Builder options(QueueOptions settings) {
            this.options = Objects.requireNonNull(settings, "options: must be given");
            return this;
        }

        /** The worker; nothing is opened or asked before it is started. */
        public QueueWorker build() {
            Backoff backoff = new Backoff(options.backoffBase(), options.backoffCap());
            return new QueueWorker(new Pusher.Parts(
                    options.owner() + " " + UUID.randomUUID(),
                    store,
                    source,
                    target,
                    new Planner(versionField),
                    new Verdicts(deciding, validator, options.maxAttempts(), backoff),
                    listener,
                    options,
                    backoff));
        }
    }
}
