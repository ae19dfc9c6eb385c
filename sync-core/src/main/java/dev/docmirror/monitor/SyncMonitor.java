package dev.docmirror.monitor;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.error.SyncException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.Identity;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.QueuedOperation;

/**
 * Looks at the parts of a host's sync: how they are, and where a document is. Each question reads the parts anew, in a few
 * requests; whoever asks often should keep the answer for a while. All parts are optional and stay the host's.
 * Thread-safe.
 */
public final class SyncMonitor {
    private static final int PAGE = 100;

    private final StreamId stream;
    private final Optional<SyncWorker> worker;
    private final Optional<SyncCycle> cycle;
    private final Optional<QueueWorker> queueWorker;
    private final Optional<QueueStore> queue;
    private final Optional<MirrorSink> sink;
    private final Optional<ConflictArchive> archive;
    private final Optional<DeadLetterStore> deadLetters;
    private final Function<DocumentId, Optional<Identity>> identities;
    private final HealthThresholds thresholds;
    private final Clock clock;

    private SyncMonitor(Builder builder) {
        this.stream = builder.stream;
        this.worker = builder.worker;
        this.cycle = builder.cycle;
        this.queueWorker = builder.queueWorker;
        this.queue = builder.queue;
        this.sink = builder.sink;
        this.archive = builder.archive;
        this.deadLetters = builder.deadLetters;
        this.identities = builder.identities;
        this.thresholds = builder.thresholds;
        this.clock = builder.clock;
    }

    /** Begins to put a monitor of a stream together. */
    public static Builder builder(String stream) {
        return new Builder(StreamId.of(stream));
    }

    /** Whether all is well. Never throws because a part can't be asked: that is a reason not to be healthy. */
    public SyncHealth health() {
        return SyncHealth.of(snapshot(), thresholds);
    }

    /** How the parts stand now. */
    public MonitorSnapshot snapshot() {
        Set<String> unreachable = new HashSet<>();
        return new MonitorSnapshot(
                clock.instant(),
                worker.map(SyncWorker::statistics),
                worker.flatMap(SyncWorker::failure),
                cycle.map(SyncCycle::standing),
                queueWorker.flatMap(QueueWorker::failing),
                queue.flatMap(store -> ask("queue", unreachable, () -> store.statistics(QueueFilter.all()))),
                number(archive.flatMap(store -> ask("archive", unreachable, () -> store.countOpen(stream)))),
                letters(DeadLetterFilter.poison(), unreachable),
                letters(DeadLetterFilter.encrypted(), unreachable),
                unreachable);
    }

    private OptionalLong letters(DeadLetterFilter filter, Set<String> unreachable) {
        return number(
                deadLetters.flatMap(store -> ask("dead letters", unreachable, () -> store.count(stream, filter))));
    }

    private static <T> Optional<T> ask(String part, Set<String> unreachable, Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (SyncException e) {
            unreachable.add(part);
            return Optional.empty();
        }
    }

    private static OptionalLong number(Optional<Long> value) {
        return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /**
     * Where a document is.
     *
     * @throws SyncException if a part can't be asked
     */
    public EntityStatus entity(DocumentId id) {
        return new EntityStatus(
                id,
                identities.apply(id),
                sink.flatMap(mirror ->
                        Optional.ofNullable(mirror.mirrored(stream, List.of(id)).get(id))),
                queue.map(store -> operations(store, id)).orElse(List.of()),
                archive.map(store -> store.of(stream, id).stream()
                                .map(EntityStatus.Loser::of)
                                .toList())
                        .orElse(List.of()),
                deadLetters.flatMap(store -> store.of(stream, id)));
    }

    private static List<EntityStatus.Operation> operations(QueueStore store, DocumentId id) {
        List<EntityStatus.Operation> operations = new ArrayList<>();
        long after = 0;
        while (true) {
            List<QueuedOperation> page = store.list(QueueFilter.all().on(id).page(after, PAGE));
            for (QueuedOperation queued : page) {
                operations.add(EntityStatus.Operation.of(queued));
                after = queued.number();
            }
            if (page.size() < PAGE) {
                return operations;
            }
        }
    }

    /** Puts a monitor together; not thread-safe. Without a part, what it would tell is left out. */
    public static final class Builder {
        private final StreamId stream;
        private Optional<SyncWorker> worker = Optional.empty();
        private Optional<SyncCycle> cycle = Optional.empty();
        private Optional<QueueWorker> queueWorker = Optional.empty();
        private Optional<QueueStore> queue = Optional.empty();
        private Optional<MirrorSink> sink = Optional.empty();
        private Optional<ConflictArchive> archive = Optional.empty();
        private Optional<DeadLetterStore> deadLetters = Optional.empty();
        private Function<DocumentId, Optional<Identity>> identities = id -> Optional.empty();
        private HealthThresholds thresholds = HealthThresholds.defaults();
        private Clock clock = Clock.systemUTC();

        private Builder(StreamId stream) {
            this.stream = stream;
        }

        /** The worker that mirrors, if it is started; of one that only a cycle runs, the {@link #cycle} tells. */
        public Builder worker(SyncWorker mirroring) {
            this.worker = Optional.of(mirroring);
            return this;
        }

        /** The cycle that pushes and pulls. */
        public Builder cycle(SyncCycle pushingAndPulling) {
            this.cycle = Optional.of(pushingAndPulling);
            return this;
        }

        /** The worker that takes operations to the source, if it is started. */
        public Builder queueWorker(QueueWorker pushing) {
            this.queueWorker = Optional.of(pushing);
            return this;
        }

        /** The queue. */
        public Builder queue(QueueStore operations) {
            this.queue = Optional.of(operations);
            return this;
        }

        /** The mirror. */
        public Builder sink(MirrorSink mirror) {
            this.sink = Optional.of(mirror);
            return this;
        }

        /** The archive of versions that lost. */
        public Builder archive(ConflictArchive losers) {
            this.archive = Optional.of(losers);
            return this;
        }

        /** The documents that could not be mirrored. */
        public Builder deadLetters(DeadLetterStore letters) {
            this.deadLetters = Optional.of(letters);
            return this;
        }

        /**
         * Whom documents are about.
         *
         * @param subject the external id of the one a document is about, if its id tells
         */
        public Builder identities(IdentityLinks links, Function<DocumentId, Optional<ExternalId>> subject) {
            Objects.requireNonNull(links, "identities: must be given");
            this.identities = id -> subject.apply(id)
                    .flatMap(external ->
                            links.resolve(List.of(external)).values().stream().findFirst())
                    .flatMap(links::find);
            return this;
        }

        /** From when on it is not healthy. Default: {@link HealthThresholds#defaults()}. */
        public Builder thresholds(HealthThresholds limits) {
            this.thresholds = Objects.requireNonNull(limits, "thresholds: must be given");
            return this;
        }

        /** What tells the age of operations; should agree with the queue's own. Default: the system's clock. */
        public Builder clock(Clock time) {
            this.clock = Objects.requireNonNull(time, "clock: must be given");
            return this;
        }

        /** The monitor; nothing is asked. */
        public SyncMonitor build() {
            return new SyncMonitor(this);
        }
    }
}
