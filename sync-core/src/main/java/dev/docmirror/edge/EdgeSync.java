package dev.docmirror.edge;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.internal.Backoff;
import dev.docmirror.internal.Stop;
import dev.docmirror.queue.DocumentTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes the documents of an edge node to a server, in the order of their changes. Each version arrives once: what is
 * sent is pinned in the store before, so that after a crash or a lost answer the very same edit is sent again, which the
 * target recognizes.
 *
 * <p>Where the server has another version than the one a document follows, the document is
 * {@link PushState#CONFLICTING} and left until the host calls {@link SecureDocumentStore#rebase}; what the server refuses
 * is {@link PushState#REFUSED} until it is written anew or {@link SecureDocumentStore#retry} is called. Both are told,
 * counted, and kept. If the server can't be reached, the push tries again with growing delays, then ends; the next one
 * goes on there. A document that was new, or deleted on the server, when it was sent may come back once if somebody else
 * deletes it before its answer arrived: the server can't tell one such edit from another.
 *
 * <p>Thread-safe; pushes run on the caller's thread, one after the other. It closes neither store nor target.
 */
public final class EdgeSync implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeSync.class);

    private final EdgeRun.Parts parts;
    private final EdgeListener listener;
    private final ReentrantLock pushing = new ReentrantLock(true);
    // Guarded by this, all three.
    private Stop stop = new Stop();
    private boolean locked;
    private boolean closed;

    private volatile EdgeStatus status = new EdgeStatus(EdgeStatus.State.IDLE, 0, 0, Optional.empty());

    private EdgeSync(Builder builder) {
        EdgeOptions options = builder.options;
        this.listener = builder.listener;
        this.parts = new EdgeRun.Parts(
                builder.store,
                builder.target,
                builder.envelopes,
                new SyncCache(options.maxDocuments(), options.maxMemory()),
                options,
                new Backoff(options.backoffBase(), options.backoffCap()),
                this::tell);
    }

    /** Begins to put one together. */
    public static Builder builder(SecureDocumentStore store, DocumentTarget target) {
        return new Builder(store, target);
    }

    /**
     * Pushes everything that is pending, what is put meanwhile included.
     *
     * @throws IllegalStateException if it is closed, or called by the listener
     */
    public EdgeReport pushAll() {
        return push(Selection.of(PushState.PENDING));
    }

    /**
     * Pushes what is pending of one session.
     *
     * @throws IllegalStateException if it is closed, or called by the listener
     */
    public EdgeReport pushSession(String session) {
        return push(Selection.of(PushState.PENDING).inSession(session));
    }

    private EdgeReport push(Selection wanted) {
        checkCaller();
        pushing.lock();
        try {
            return run(wanted, (failures, delay) -> failures < parts.options().maxAttempts());
        } finally {
            pushing.unlock();
        }
    }

    /**
     * Pushes a session until the server has all of it, however often it takes. The request that is on its way when the
     * time is over ends by itself.
     *
     * @return false if the time passed first, or a document of it waits for a decision or can't be opened: {@link
     *     #session} tells
     * @throws SyncException what keeps the session from being pushed and does not heal by itself;
     *     {@link SyncStoppedException} if this is locked or closed meanwhile
     * @throws IllegalStateException if it is closed, or called by the listener
     */
    public boolean awaitPushed(String session, Duration timeout) throws InterruptedException {
        checkCaller();
        long deadline = System.nanoTime() + timeout.toNanos();
        EdgeRun.Patience patience = (failures, delay) -> delay.toNanos() < deadline - System.nanoTime();
        while (session(session).pending() > 0) {
            if (!pushing.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                return false;
            }
            EdgeReport report;
            try {
                report = run(Selection.of(PushState.PENDING).inSession(session), patience);
            } finally {
                pushing.unlock();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (report.failure().isPresent()) {
                SyncException failure = report.failure().get();
                if (failure instanceof TransientSyncException) {
                    return false; // the time is over
                }
                throw failure;
            }
            if (report.unreadable() > 0) {
                return false;
            }
        }
        return session(session).isPushed();
    }

    /** How it is doing. */
    public EdgeStatus status() {
        return status;
    }

    /** How the documents of a session stand to the server. */
    public SessionStatus session(String session) {
        return SessionStatus.of(parts.store(), session);
    }

    /** What waits in memory in plaintext, and did. */
    public SyncCache.Statistics cache() {
        return parts.cache().statistics();
    }

    /**
     * Lets go of all plaintext, ends the push in hand after the request on its way, and asks for no key until
     * {@link #unlock()}. To wipe the keys is up to who has them.
     */
    public void lock() {
        synchronized (this) {
            locked = true;
            stop.request();
            parts.cache().lock();
        }
        settle();
    }

    /** May use plaintext again. */
    public void unlock() {
        synchronized (this) {
            if (!locked || closed) {
                return;
            }
            locked = false;
            parts.cache().unlock();
        }
        settle();
    }

    /** Lets go of all plaintext and ends the push in hand after the request on its way. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            stop.request();
            parts.cache().lock();
        }
        settle();
    }

    private void checkCaller() {
        if (pushing.isHeldByCurrentThread()) {
            throw new IllegalStateException("the listener is called by a push: start another one from elsewhere");
        }
    }

    private EdgeReport run(Selection wanted, EdgeRun.Patience patience) {
        EdgeRun run = new EdgeRun(parts, wanted, patience, begin());
        Optional<SyncException> failure = Optional.empty();
        try {
            run.push();
        } catch (Stop.StoppedException e) {
            failure = Optional.of(new SyncStoppedException("the push was stopped; what is left waits", null));
        } catch (SyncException e) {
            failure = Optional.of(e);
        } catch (RuntimeException e) {
            failure = Optional.of(new UnexpectedFailureException("pushing", e));
        } finally {
            parts.cache().clear();
        }
        EdgeStatus.State state = failure.isPresent() ? EdgeStatus.State.ERROR : EdgeStatus.State.IDLE;
        tell(new EdgeEvent.StatusChanged(run.status(standing().orElse(state), failure)));
        return run.report(failure);
    }

    private synchronized Stop begin() {
        if (closed) {
            throw new IllegalStateException("it was closed; build a new one");
        }
        stop = new Stop();
        if (locked) {
            stop.request();
        }
        return stop;
    }

    /** What it is in whatever a push is doing. */
    private synchronized Optional<EdgeStatus.State> standing() {
        return closed
                ? Optional.of(EdgeStatus.State.CLOSED)
                : locked ? Optional.of(EdgeStatus.State.LOCKED) : Optional.empty();
    }

    private void settle() {
        EdgeStatus now = status;
        EdgeStatus.State state = standing().orElse(EdgeStatus.State.IDLE);
        if (now.state() != state) {
            tell(new EdgeEvent.StatusChanged(new EdgeStatus(state, now.pushed(), now.total(), Optional.empty())));
        }
    }

    private void tell(EdgeEvent event) {
        if (event instanceof EdgeEvent.StatusChanged changed) {
            status = changed.status();
        }
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            // Its message may quote what the host knows.
            log.warn("a listener failed with {}", e.getClass().getName());
        }
    }

    /** Puts one together; not thread-safe. */
    public static final class Builder {
        private final SecureDocumentStore store;
        private final DocumentTarget target;
        private Optional<EnvelopeCodec> envelopes = Optional.empty();
        private EdgeListener listener = EdgeListener.logging();
        private EdgeOptions options = EdgeOptions.defaults();

        private Builder(SecureDocumentStore store, DocumentTarget target) {
            this.store = Objects.requireNonNull(store, "store: must be given");
            this.target = Objects.requireNonNull(target, "target: must be given");
        }

        /**
         * Sends envelopes, for a server that need not read the documents. Each version is sealed once, when it is first
         * sent; one that is an envelope already is sent as it is. Attachments stay outside. Default: plaintext is sent.
         *
         * @param codec seals for the server's database; may use the same keys as the store
         */
        public Builder envelopes(EnvelopeCodec codec) {
            this.envelopes = Optional.of(codec);
            return this;
        }

        /** Who hears what happens. Default: {@link EdgeListener#logging()}. */
        public Builder listener(EdgeListener events) {
            this.listener = Objects.requireNonNull(events, "listener: must be given");
            return this;
        }

        /** The settings. Default: {@link EdgeOptions#defaults()}. */
        public Builder options(EdgeOptions settings) {
            this.options = Objects.requireNonNull(settings, "options: must be given");
            return this;
        }

        /** An idle one; nothing is opened or asked. */
        public EdgeSync build() {
            return new EdgeSync(this);
        }
    }
}
