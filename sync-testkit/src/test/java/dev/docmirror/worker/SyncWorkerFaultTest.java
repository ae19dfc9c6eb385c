package dev.docmirror.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Revision;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a worker does when its parts fail, and how it ends. */
@Timeout(60)
class SyncWorkerFaultTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Rig rig = new Rig();

    private void write(int documents) {
        for (int i = 0; i < documents; i++) {
            rig.database.put("d" + i, title("t" + i));
        }
    }

    @ParameterizedTest
    @EnumSource(InMemoryMirror.Point.class)
    void sink_failsAtAnyPoint_isTriedAgain_andWritesOnce(InMemoryMirror.Point point) throws Exception {
        rig.options = rig.options.withBatchSize(10).withLeaseTtl(Duration.ofSeconds(5));
        write(45);
        Revision base = rig.database.put("c", title("base"));
        rig.database.fork("c", "2-aaa", base.toString(), title("left"));
        rig.database.fork("c", "2-bbb", base.toString(), title("right"));
        rig.database.put("bad", "{\"title\":7}");
        rig.mirror.faults().failNext(point, 3);
        rig.runOnce();
        assertThat(rig.notes()).hasSize(46);
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(1);
        if (point != InMemoryMirror.Point.RENEW) {
            assertThat(rig.events(SyncEvent.RetryScheduled.class))
                    .hasSize(3)
                    .allSatisfy(retry -> assertThat(retry.side()).isEqualTo(SyncEvent.Side.SINK));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = InMemoryDatabase.Point.class,
            names = {"IDENTITY", "OPEN", "POLL", "POLL_ANSWER"})
    void source_failsAtAnyPoint_isTriedAgain_andSkipsNothing(InMemoryDatabase.Point point) throws Exception {
        rig.options = rig.options.withBatchSize(10);
        write(45);
        rig.database.faults().failNext(point, 3);
        rig.runOnce();
        assertThat(rig.notes()).hasSize(45);
        assertThat(rig.events(SyncEvent.RetryScheduled.class)).hasSize(3);
    }

    @Test
    void worker_followsChanges_goesThroughRetryingBackToLive() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            assertThat(worker.state()).isEqualTo(SyncState.LIVE);
            assertThat(worker.statistics().lag()).isZero();

            rig.mirror.faults().failAlways(InMemoryMirror.Point.BEGIN);
            rig.database.put("a", title("one"));
            rig.await(worker, SyncState.RETRYING);
            rig.mirror.faults().heal();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            assertThat(worker.state()).isEqualTo(SyncState.LIVE);
            assertThat(rig.notes()).containsEntry("a", "one");
        }
    }

    @Test
    void awaitMirrored_returnsWhenTheRevisionArrives_andAtOnceAfterwards() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            Revision revision = rig.database.put("a", title("one"));
            assertThat(worker.awaitMirrored(id("a"), revision, SOON)).isTrue();
            assertThat(rig.notes()).containsEntry("a", "one");
            assertThat(worker.awaitMirrored(id("a"), revision, Duration.ofMillis(1)))
                    .isTrue();
            Revision second = rig.database.put("a", title("two"));
            assertThat(worker.awaitMirrored(id("a"), second, SOON)).isTrue();
            assertThat(worker.awaitMirrored(id("a"), revision, Duration.ofMillis(1)))
                    .isTrue();
            assertThat(worker.awaitMirrored(id("a"), Revision.of("9-x"), Duration.ofMillis(50)))
                    .isFalse();
            assertThat(worker.awaitMirrored(id("never"), Revision.of("1-x"), Duration.ofMillis(50)))
                    .isFalse();
        }
    }

    @Test
    void awaitMirrored_parkedDocument_isFalse() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            Revision revision = rig.database.put("a", "{\"title\":7}");
            assertThat(worker.awaitMirrored(id("a"), revision, Duration.ofMillis(500)))
                    .isFalse();
        }
    }

    @Test
    void giveUpAfter_endsInFailed() throws Exception {
        rig.options = rig.options.withGiveUpAfter(Duration.ofMillis(30));
        rig.database.faults().failAlways(InMemoryDatabase.Point.POLL);
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.FAILED);
            assertThat(worker.failure()).get().isInstanceOf(TransientSyncException.class);
            assertThatThrownBy(() -> worker.awaitCaughtUp(SOON)).isInstanceOf(TransientSyncException.class);
        }
    }

    @Test
    void secondWorker_standsBy_andTakesOverWhenTheFirstCloses() throws Exception {
        try (SyncWorker first = rig.worker();
                SyncWorker second = rig.worker()) {
            first.start();
            assertThat(first.awaitCaughtUp(SOON)).isTrue();
            second.start();
            rig.await(second, SyncState.STANDBY);
            first.close();
            assertThat(first.state()).isEqualTo(SyncState.STOPPED);
            rig.database.put("a", title("one"));
            assertThat(second.awaitCaughtUp(SOON)).isTrue();
            assertThat(rig.notes()).containsEntry("a", "one");
        }
    }

    @Test
    void lostLease_nothingIsCommittedUnderIt_andTheWorkerComesBack() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            rig.mirror.breakLease(Rig.STREAM);
            Revision revision = rig.database.put("a", title("one"));
            assertThat(worker.awaitMirrored(id("a"), revision, SOON)).isTrue();
            assertThat(rig.events(SyncEvent.StateChanged.class))
                    .extracting(SyncEvent.StateChanged::to)
                    .contains(SyncState.STANDBY);
        }
    }

    @Test
    void lostLease_successorMovedTheCheckpoint_standsByInsteadOfHalting() throws Exception {
        rig.options = rig.options.withBatchSize(10);
        write(45);
        rig.mirror.faults().next(InMemoryMirror.Point.BEGIN, this::beSucceeded);
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            assertThat(worker.state()).isEqualTo(SyncState.LIVE);
        }
        assertThat(rig.notes()).hasSize(45);
        assertThat(rig.events(SyncEvent.StateChanged.class))
                .extracting(SyncEvent.StateChanged::to)
                .contains(SyncState.STANDBY)
                .doesNotContain(SyncState.HALTED);
    }

    /** While a worker is frozen its lease expires, and another one mirrors everything. */
    private void beSucceeded() {
        rig.mirror.breakLease(Rig.STREAM);
        try {
            rig.runOnce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void lostLease_whileTheSourceFails_isLiveAgainWhenBothHaveHealed() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            rig.database.faults().failAlways(InMemoryDatabase.Point.POLL);
            rig.await(worker, SyncState.RETRYING);
            rig.mirror
                    .faults()
                    .next(
                            InMemoryMirror.Point.LEASE,
                            () -> rig.database.faults().heal());
            rig.mirror.breakLease(Rig.STREAM);
            rig.await(worker, SyncState.LIVE);
            assertThat(rig.events(SyncEvent.StateChanged.class))
                    .extracting(SyncEvent.StateChanged::to)
                    .contains(SyncState.STANDBY);
        }
    }

    @Test
    void awaitCaughtUp_pollFailsOnce_doesNotWaitForTheLongPoll() throws Exception {
        rig.options = rig.options.withPollWait(Duration.ofSeconds(30));
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            rig.database.faults().failNext(InMemoryDatabase.Point.POLL, 1);
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void close_whileRunOnceEnds_leavesTheHostsThreadUninterrupted() throws Exception {
        rig.database.put("a", title("one"));
        SyncWorker worker = rig.worker();
        Thread closer = new Thread(worker::close);
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        rig.mirror.faults().next(InMemoryMirror.Point.COMMIT, () -> {
            committing.countDown();
            await(goOn);
        });
        FutureTask<Boolean> host = new FutureTask<>(() -> {
            assertThatThrownBy(worker::runOnce).isInstanceOf(SyncStoppedException.class);
            closer.join();
            return Thread.interrupted();
        });
        new Thread(host).start();
        assertThat(committing.await(20, TimeUnit.SECONDS)).isTrue();
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        assertThat(host.get(20, TimeUnit.SECONDS)).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void database_recreatedUnderARunningWorker_halts() throws Exception {
        rig.database.put("a", title("one"));
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(SOON)).isTrue();
            rig.database.recreate();
            rig.await(worker, SyncState.HALTED);
            assertThat(worker.failure()).get().isInstanceOf(SourceReplacedException.class);
        }
        assertThat(rig.notes()).containsEntry("a", "one");
    }

    @Test
    void close_duringALongPoll_isPrompt_andIdempotent() throws Exception {
        rig.options = rig.options.withPollWait(Duration.ofMinutes(10));
        SyncWorker worker = rig.worker();
        worker.start();
        assertThat(worker.awaitCaughtUp(SOON)).isTrue();
        long began = System.nanoTime();
        worker.close();
        worker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(worker.state()).isEqualTo(SyncState.STOPPED);
        assertThat(docmirrorThreads()).isEmpty();
        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> worker.awaitCaughtUp(SOON)).isInstanceOf(SyncStoppedException.class);
    }

    @Test
    void close_duringAnOutage_doesNotWaitForTheBackOff() throws Exception {
        rig.options = rig.options.withBackoff(Duration.ofMinutes(5), Duration.ofMinutes(5));
        rig.mirror.faults().failAlways(InMemoryMirror.Point.BEGIN);
        write(1);
        SyncWorker worker = rig.worker();
        worker.start();
        rig.await(worker, SyncState.RETRYING);
        worker.close();
        assertThat(worker.state()).isEqualTo(SyncState.STOPPED);
    }

    @Test
    void close_fromAListener_endsTheWorker() throws Exception {
        write(1);
        CountDownLatch ended = new CountDownLatch(1);
        SyncWorker[] self = new SyncWorker[1];
        self[0] = SyncWorker.builder(
                        "test", rig.database.source(), Rig.MAPPER, rig.mirror.sink(), rig.mirror.checkpoints())
                .listener((stream, event) -> {
                    if (event instanceof SyncEvent.BatchMirrored) {
                        self[0].close();
                    }
                    if (event instanceof SyncEvent.StateChanged change && change.to() == SyncState.STOPPED) {
                        ended.countDown();
                    }
                })
                .options(rig.options)
                .build();
        self[0].start();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(self[0].state()).isEqualTo(SyncState.STOPPED);
    }

    @Test
    void listener_thatThrows_stopsNothing() throws Exception {
        write(3);
        try (SyncWorker worker = SyncWorker.builder(
                        "test", rig.database.source(), Rig.MAPPER, rig.mirror.sink(), rig.mirror.checkpoints())
                .listener((stream, event) -> {
                    throw new IllegalStateException("listener");
                })
                .options(rig.options)
                .build()) {
            worker.runOnce();
        }
        assertThat(rig.notes()).hasSize(3);
    }

    private static List<String> docmirrorThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("docmirror-test-"))
                .toList();
    }
}
