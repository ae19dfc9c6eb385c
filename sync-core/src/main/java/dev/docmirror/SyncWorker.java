package dev.docmirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.internal.Decryption;
import dev.docmirror.internal.Engine;
import dev.docmirror.internal.NewMapping;
import dev.docmirror.internal.Replay;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.monitor.SyncStatistics;
import dev.docmirror.queue.DocumentTarget;

/**
 * Mirrors one stream of changes: it reads the source, lets the policy decide conflicts and the mapper make rows, and
 * writes batch after batch into the sink, each in one transaction with its checkpoint.
 *
 * <p>Reading is at-least-once and the state of the mirror effectively-once: a crash may repeat work, it never skips or
 * half-applies any. Of all workers on a stream, in whatever process, one works at a time; the others stand by.
 *
 * <p>Thread-safe. The worker starts threads of its own (daemons) and ends them in {@link #close()}; it never closes the
 * parts it was given.
 */
public final class SyncWorker implements AutoCloseable {
    private static final int PAGE = 1_000;
    private static final int LONGEST_VERSION = 191;

    private final StreamId stream;
    private final MirrorSink sink;
    private final Optional<DeadLetterStore> deadLetters;
    private final Engine engine;
    private final Lifecycle lifecycle;

    private SyncWorker(Builder builder) {
        this.stream = builder.stream;
        this.sink = builder.sink;
        this.deadLetters = builder.deadLetters;
        this.engine = new Engine(new Engine.Parts(
                builder.stream,
                builder.source,
                builder.mapper,
                builder.sink,
                builder.checkpoints,
                builder.policy,
                builder.target,
                builder.identities,
                builder.codec(),
                builder.newMapping(),
                builder.deadLetters,
                builder.listener,
                builder.options));
        this.lifecycle = new Lifecycle(builder.stream, engine, builder.options.closeTimeout());
    }

    /**
     * Begins to put a worker together.
     *
     * @param stream names the stream, see {@link StreamId}; keep it, because checkpoint and registry belong to it
     * @param checkpoints usually the store that joins the sink's transactions
     */
    public static Builder builder(
            String stream, ChangeSource source, DocumentMapper mapper, MirrorSink sink, CheckpointStore checkpoints) {
        return new Builder(StreamId.of(stream), source, mapper, sink, checkpoints);
    }

    /**
     * Starts mirroring on a thread of its own and returns at once. Failures show in {@link #state()},
     * {@link #failure()} and the listener.
     *
     * @throws IllegalStateException if the worker runs already or was closed
     */
    public void start() {
        lifecycle.start();
    }

    /**
     * Mirrors everything the source has by now, on the calling thread, and returns. May be called again.
     *
     * @throws SyncException what ended it early; transient failures do so only after {@code giveUpAfter}
     * @throws SyncStoppedException if {@link #close()} ended it
     * @throws InterruptedException if the thread was interrupted, by {@link #close()} too if that had to; the batch in
     *     hand was finished or rolled back
     * @throws IllegalStateException if the worker runs already or was closed
     */
    public SyncReport runOnce() throws InterruptedException {
        return lifecycle.catchUp();
    }

    /**
     * Waits until everything the source had acknowledged before this call is in the mirror.
     *
     * @return false if the time passed first
     * @throws SyncException what ended the worker, {@link SyncStoppedException} if it was closed
     */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return engine.awaitCaughtUp(timeout) || lifecycle.ended();
    }

    /**
     * Waits until one's own write is in the mirror: the mirror holds this revision, or has decided between it and
     * others.
     *
     * @return false if the time passed first, or the document went to the dead letters meanwhile
     * @throws SyncException what ended the worker, {@link SyncStoppedException} if it was closed, or a failure to ask
     */
    public boolean awaitMirrored(DocumentId id, Revision revision, Duration timeout) throws InterruptedException {
        return engine.awaitMirrored(id, revision, timeout) || lifecycle.ended();
    }

    /**
     * Makes documents anew: reads them from the source as they are now and writes their rows, also where the mirror holds
     * this very state. A worker that runs does it between two batches, one that does not takes the lease for it, on the
     * calling thread. A document the source does not know is counted and left as it is.
     *
     * @throws SyncException what ended the worker meanwhile; what was done until then is durable, and doing it again is
     *     safe
     * @throws InterruptedException if the thread was interrupted; a running worker does it all the same
     * @throws IllegalStateException if the worker was closed
     */
    public ReplayReport replay(Collection<DocumentId> ids) throws InterruptedException {
        return lifecycle.serve(Replay.Action.WRITE, ids).report();
    }

    /**
     * Finds documents whose rows are not what they would be if they were made anew, and changes nothing: each is mapped as
     * the source has it now, written in a transaction that is rolled back, and the rows before and after are compared.
     * Columns that the database's clock fills are left out. Runs as {@link #replay} does.
     *
     * @throws SyncException what ended the worker meanwhile
     * @throws InterruptedException if the thread was interrupted
     * @throws IllegalStateException if the worker was closed
     */
    public Comparison compare(Collection<DocumentId> ids) throws InterruptedException {
        return lifecycle.serve(Replay.Action.COMPARE, ids).comparison();
    }

    /**
     * Removes what is mirrored of documents that the source does not know (any more), as after a purge. The source is asked
     * again first: what it knows stays, and what is protected stays. Runs as {@link #replay} does.
     *
     * @return the documents that were removed
     * @throws SyncException what ended the worker meanwhile
     * @throws InterruptedException if the thread was interrupted
     * @throws IllegalStateException if the worker was closed
     */
    public Set<DocumentId> forget(Collection<DocumentId> ids) throws InterruptedException {
        return lifecycle.serve(Replay.Action.FORGET, ids).forgotten();
    }

    /**
     * Makes the rows of everything that is mirrored anew from documents that the mirror has stored, after the mapping has
     * changed; the source is not read. Signed and locked documents are made from the versions that are kept of them.
     * What is mirrored stays the same versions: no conflict is decided again, and the registry changes in types and
     * tables only. A document in the dead letters is left there. Of a document that was skipped before, because no rule
     * knew its type, there are rows if it is stored.
     *
     * <p>Documents that are not stored as they are mirrored keep the rows they have, and are counted and named:
     * {@link #replay(Collection)} makes them anew from the source. Runs as {@code replay} does, page by page: cut short,
     * it can be done again, or gone on with by {@link #remap(StoredDocuments, RemapReport)}.
     *
     * @throws SyncException what ended the worker meanwhile; a {@code SystemicFailureException} if the mapping refuses
     *     most of a batch
     * @throws InterruptedException if the thread was interrupted
     * @throws IllegalStateException if the worker was closed
     */
    public RemapReport remap(StoredDocuments stored) throws InterruptedException {
        RemapReport report = RemapReport.begin();
        while (!report.complete()) {
            report = remap(stored, report);
        }
        return report;
    }

    /**
     * {@linkplain #remap(StoredDocuments) Makes} one page more anew, of at most {@link RemapReport#MOST_NAMED} documents.
     *
     * @param sofar what came of those before, or {@link RemapReport#begin} or {@link RemapReport#resume}
     * @return the sum
     */
    public RemapReport remap(StoredDocuments stored, RemapReport sofar) throws InterruptedException {
        if (sofar.complete()) {
            return sofar;
        }
        List<MirroredDocument> page = sink.registered(stream, sofar.last(), RemapReport.MOST_NAMED);
        if (page.isEmpty()) {
            return sofar.completed();
        }
        List<DocumentId> ids = page.stream().map(MirroredDocument::id).toList();
        return sofar.plus(remap(stored, ids)).reached(ids.get(ids.size() - 1));
    }

    /** {@linkplain #remap(StoredDocuments) Makes} the rows of some documents anew; those that are not mirrored are left out. */
    public RemapReport remap(StoredDocuments stored, Collection<DocumentId> ids) throws InterruptedException {
        return RemapReport.of(lifecycle.serve(Replay.Action.REMAP, ids, stored));
    }

    /**
     * {@linkplain #replay Makes anew} the documents that are parked because their key was not there; the feed is not read
     * again. Those whose key is still missing stay parked.
     *
     * @throws IllegalStateException if the worker has no {@linkplain Builder#deadLetters dead letters} to look into
     */
    public ReplayReport retryEncrypted() throws InterruptedException {
        return replay(DeadLetterFilter.encrypted());
    }

    /**
     * {@linkplain #replay Makes anew} the parked documents that a filter means, each in its newest revision. What fails
     * again stays parked.
     *
     * @throws IllegalStateException if the worker has no {@linkplain Builder#deadLetters dead letters} to look into
     */
    public ReplayReport replay(DeadLetterFilter filter) throws InterruptedException {
        DeadLetterStore store = deadLetters.orElseThrow(() -> new IllegalStateException(
                "the worker of stream " + stream + " has no dead letters: set SyncWorker.Builder.deadLetters"));
        ReplayReport report = ReplayReport.nothing();
        Optional<DocumentId> after = Optional.empty();
        while (true) {
            List<DocumentId> page = store.ids(stream, filter, after, PAGE);
            if (page.isEmpty()) {
                return report;
            }
            report = report.plus(replay(page));
            after = Optional.of(page.get(page.size() - 1));
        }
    }

    /** Whether the worker is at work: started and not ended, or in the middle of {@link #runOnce()}. */
    public boolean isRunning() {
        return lifecycle.isRunning();
    }

    /** Where the worker stands. */
    public SyncState state() {
        return engine.state();
    }

    /** Why the worker is {@link SyncState#HALTED} or {@link SyncState#FAILED}. */
    public Optional<SyncException> failure() {
        return engine.failure();
    }

    /** What the worker has done so far. */
    public SyncStatistics statistics() {
        return engine.statistics();
    }

    /** The name of the stream. */
    public StreamId stream() {
        return stream;
    }

    /**
     * Stops mirroring: finishes the batch in hand, interrupts it if that takes longer than {@code closeTimeout}, and
     * returns when the worker's threads have ended, or after as much time again: I/O that heeds no interrupt, a driver's
     * for one, ends by its own timeout, and what it was doing is rolled back. Called from a listener it returns at once.
     * Legal in any state, from any thread, repeatedly.
     */
    @Override
    public void close() {
        lifecycle.close();
    }

    /** Puts a worker together; not thread-safe. */
    public static final class Builder {
        private final StreamId stream;
        private final ChangeSource source;
        private final DocumentMapper mapper;
        private final MirrorSink sink;
        private final CheckpointStore checkpoints;
        private ConflictPolicy policy = (conflict, context) -> new Resolution.Defer();
        private Optional<DocumentTarget> target = Optional.empty();
        private Optional<IdentityLinks> identities = Optional.empty();
        private Optional<EnvelopeCodec> envelopes = Optional.empty();
        private Optional<DeadLetterStore> deadLetters = Optional.empty();
        private Optional<String> mappingVersion = Optional.empty();
        private SyncListener listener = SyncListener.logging();
        private SyncOptions options = SyncOptions.defaults();

        private Builder(
                StreamId stream,
                ChangeSource source,
                DocumentMapper mapper,
                MirrorSink sink,
                CheckpointStore checkpoints) {
            this.stream = stream;
            this.source = Objects.requireNonNull(source, "source: must be given");
            this.mapper = Objects.requireNonNull(mapper, "mapper: must be given");
            this.sink = Objects.requireNonNull(sink, "sink: must be given");
            this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints: must be given");
        }

        /** Who decides conflicts. Default: CouchDB's own order. */
        public Builder conflicts(ConflictPolicy conflicts) {
            this.policy = Objects.requireNonNull(conflicts, "conflicts: must be given");
            return this;
        }

        /**
         * Writes decisions about conflicts to the source, too, so that it comes to hold what the mirror holds: a merged
         * version is written, a version that was rejected gives way to the protected one, and the leaves that lost are
         * closed with {@linkplain dev.docmirror.conflict.Superseded marked tombstones}. Default: the source is only read.
         *
         * <p>A decision goes upstream after it is durable here, and is not forgotten by a crash in between. What is
         * written depends on the leaves alone: workers of several mirrors that decide the same conflict write the same
         * revisions, and one that comes later finds nothing to do. A leaf is never closed before it is in the archive.
         * Conflicts that were decided before this was switched on are written when they change again.
         *
         * @param upstream usually the database that the source reads; stays the host's
         */
        public Builder resolveUpstream(DocumentTarget upstream) {
            this.target = Optional.of(upstream);
            return this;
        }

        /**
         * Who knows whom external ids in documents name, for mappings that
         * {@linkplain dev.docmirror.mapping.DocumentMapper#identities ask}. Asked once or twice a batch, outside of the
         * mirror's transaction. Default: nobody, and a mapping that asks ends the worker.
         *
         * @param links stays the host's
         */
        public Builder identities(IdentityLinks links) {
            this.identities = Optional.of(links);
            return this;
        }

        /**
         * How encrypted documents are read, before policy and mapper see them. One whose key is not there is parked as
         * {@link dev.docmirror.deadletter.DeadLetter.Kind#ENCRYPTED} until {@link #retryEncrypted()}, its rows stay as
         * they are; one whose envelope can't be opened is parked as poison. The archive and the raw document keep the
         * envelope. Default: envelopes are recognized and none is opened, unless the mapper
         * {@linkplain DocumentMapper#takesEnvelopes takes them}.
         *
         * @param codec stays the host's, as the keys do
         */
        public Builder envelopes(EnvelopeCodec codec) {
            this.envelopes = Optional.of(codec);
            return this;
        }

        private Optional<DocumentCodec> codec() {
            Optional<EnvelopeCodec> nobodysKeys =
                    mapper.takesEnvelopes() ? Optional.empty() : Optional.of(EnvelopeCodec.withoutKeys());
            // Envelopes of a layout that the host's codec does not read are no plain documents either.
            return envelopes
                    .map(codec -> codec.orElse(EnvelopeCodec.withoutKeys()))
                    .or(() -> nobodysKeys)
                    .map(Decryption::new);
        }

        /**
         * Where parked documents are found, for {@link #retryEncrypted()} and {@link #replay(DeadLetterFilter)}. With them
         * the worker also tries {@linkplain DeadLetter.Kind#COLLISION collisions} again when it has caught up and other
         * documents have changed, at the end of a poll: after a second at first, later and later, up to ten minutes, while
         * that is in vain; {@link #runOnce()} at its end, if it wrote any.
         * Default: nowhere; the methods refuse, and a collision waits for the next change of its document.
         *
         * @param parked the sink's own; stays the host's
         */
        public Builder deadLetters(DeadLetterStore parked) {
            this.deadLetters = Optional.of(parked);
            return this;
        }

        /**
         * Names the mapping. When a worker starts with another one than the last, it makes anew, once and before it follows
         * the feed, what the last one could not map: parked documents that nobody discarded, and those that were skipped
         * because no rule knew their type. Needs {@link #deadLetters}, where it is remembered. Default: no name, and
         * nothing is made anew.
         *
         * @param version 1 to 191 characters
         */
        public Builder mappingVersion(String version) {
            if (version.isBlank() || version.length() > LONGEST_VERSION) {
                throw new IllegalArgumentException("mappingVersion: must have 1 to " + LONGEST_VERSION
                        + " characters, not all of them blank, had " + version.length());
            }
            this.mappingVersion = Optional.of(version);
            return this;
        }

        private Optional<NewMapping> newMapping() {
            return mappingVersion.map(version -> new NewMapping(
                    deadLetters.orElseThrow(
                            () -> new IllegalArgumentException("mappingVersion: needs deadLetters, where it is kept")),
                    version));
        }

        /** Who hears what the worker does. Default: {@link SyncListener#logging()}. */
        public Builder listener(SyncListener events) {
            this.listener = Objects.requireNonNull(events, "listener: must be given");
            return this;
        }

        /** The settings. Default: {@link SyncOptions#defaults()}. */
        public Builder options(SyncOptions settings) {
            this.options = Objects.requireNonNull(settings, "options: must be given");
            return this;
        }

        /** The worker; nothing is opened or asked before it is started. */
        public SyncWorker build() {
            return new SyncWorker(this);
        }
    }
}
