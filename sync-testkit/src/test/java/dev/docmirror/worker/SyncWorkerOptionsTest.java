package dev.docmirror.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.WriteBack;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What each of the {@link SyncOptions} changes; those about failures are in GuardTest and SyncWorkerFaultTest. */
class SyncWorkerOptionsTest {
    private final Rig rig = new Rig();

    private void write(int good, int bad) {
        for (int i = 0; i < good + bad; i++) {
            rig.database.put("d" + i, i < good ? Rig.title("t") : "{\"title\":7}");
        }
    }

    private List<Integer> batches() {
        return rig.events(SyncEvent.BatchMirrored.class).stream()
                .map(SyncEvent.BatchMirrored::changes)
                .toList();
    }

    @Test
    void batchSize_boundsTheDocumentsOfABatch() throws Exception {
        write(5, 0);
        rig.options = rig.options.withBatchSize(2);
        rig.runOnce();
        assertThat(batches()).containsExactly(2, 2, 1);
    }

    @Test
    void batchBytes_boundTheBytesOfABatch() throws Exception {
        write(3, 0);
        rig.options = rig.options.withBatchBytes(1);
        rig.runOnce();
        assertThat(batches()).containsExactly(1, 1, 1);
    }

    @Test
    void systemicFailure_shareNotReached_goesOn() throws Exception {
        write(14, 16);
        rig.options = rig.options.withSystemicFailure(0.6, 20);
        rig.runOnce();
        assertThat(rig.notes()).hasSize(14);
    }

    @Test
    void systemicFailure_minimumNotReached_goesOn() throws Exception {
        write(14, 16);
        rig.options = rig.options.withSystemicFailure(0.5, 31);
        rig.runOnce();
        assertThat(rig.notes()).hasSize(14);
    }

    @Test
    void pollWait_isHowLongThePollAtTheEndWaits() throws Exception {
        CompletableFuture<Duration> waited = new CompletableFuture<>();
        rig.options = rig.options.withPollWait(Duration.ofMillis(4321));
        try (SyncWorker worker = worker(new WatchedSource(rig.database.source(), waited), rig.mirror.sink())) {
            worker.start();
            assertThat(waited.get(20, TimeUnit.SECONDS)).isEqualTo(Duration.ofMillis(4321));
        }
    }

    @Test
    void leaseTtlAndOwner_areTheLeases() throws Exception {
        WatchedSink sink = new WatchedSink(rig.mirror.sink());
        rig.options = rig.options.withLeaseTtl(Duration.ofMillis(8765)).withOwner("ward 7");
        try (SyncWorker worker = worker(rig.database.source(), sink)) {
            worker.runOnce();
        }
        assertThat(sink.ttl).isEqualTo(Duration.ofMillis(8765));
        assertThat(sink.owner).startsWith("ward 7 ");
    }

    @Test
    void closeTimeout_isHowLongTheBatchInHandMayTake() throws Exception {
        CountDownLatch applying = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        rig.mirror.faults().next(InMemoryMirror.Point.APPLY, () -> {
            applying.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new TransientSyncException("interrupted", null);
            }
        });
        write(1, 0);
        rig.options = rig.options.withCloseTimeout(Duration.ofMillis(50));
        SyncWorker worker = rig.worker();
        worker.start();
        assertThat(applying.await(20, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        worker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isLessThan(SyncOptions.defaults().closeTimeout());
        assertThat(rig.notes()).isEmpty();
    }

    private SyncWorker worker(ChangeSource source, MirrorSink sink) {
        return SyncWorker.builder(Rig.STREAM.value(), source, Rig.MAPPER, sink, rig.mirror.checkpoints())
                .options(rig.options)
                .build();
    }

    /** Tells how long the first poll that waits is to wait. */
    private record WatchedSource(ChangeSource source, CompletableFuture<Duration> waited) implements ChangeSource {
        @Override
        public SourceIdentity identity() {
            return source.identity();
        }

        @Override
        public List<DocumentChange> read(Collection<DocumentId> ids) {
            return source.read(ids);
        }

        @Override
        public ChangeFeed open(Optional<Position> after) {
            ChangeFeed feed = source.open(after);
            return new ChangeFeed() {
                @Override
                public ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException {
                    if (!maxWait.isZero()) {
                        waited.complete(maxWait);
                    }
                    return feed.poll(limits, maxWait);
                }

                @Override
                public void close() {
                    feed.close();
                }
            };
        }
    }

    /** Remembers who asked for a lease, and for how long. */
    private static final class WatchedSink implements MirrorSink {
        private final MirrorSink sink;
        private volatile String owner = "";
        private volatile Duration ttl = Duration.ZERO;

        WatchedSink(MirrorSink sink) {
            this.sink = sink;
        }

        @Override
        public Optional<Lease> lease(StreamId stream, String asking, Duration time) {
            owner = asking;
            ttl = time;
            return sink.lease(stream, asking, time);
        }

        @Override
        public MirrorTransaction begin(Lease lease) {
            return sink.begin(lease);
        }

        @Override
        public Map<DocumentId, MirroredDocument> mirrored(StreamId stream, Collection<DocumentId> ids) {
            return sink.mirrored(stream, ids);
        }

        @Override
        public List<MirroredDocument> registered(StreamId stream, Optional<DocumentId> after, int limit) {
            return sink.registered(stream, after, limit);
        }

        @Override
        public List<WriteBack> writeBacks(StreamId stream, int limit) {
            return sink.writeBacks(stream, limit);
        }

        @Override
        public void writtenBack(Lease lease, Collection<WriteBack> done) {
            sink.writtenBack(lease, done);
        }
    }
}
