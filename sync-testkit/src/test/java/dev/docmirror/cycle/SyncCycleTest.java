package dev.docmirror.cycle;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.docmirror.SyncState;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mirror.Lease;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class SyncCycleTest {
    private static final Instant NOW = Instant.parse("2026-02-17T04:45:00Z");

    private final Node node = new Node();

    @AfterEach
    void close() {
        node.close();
    }

    private static CycleReport.Push pushed(int total, int success, int failed, int conflicts) {
        return new CycleReport.Push(total, success, failed, conflicts);
    }

    private static CycleReport.Pull pulled(long total, long applied, long skipped, long conflicts) {
        return new CycleReport.Pull(total, applied, skipped, conflicts);
    }

    @Test
    void run_writesOfBothSides_areInBoth() throws Exception {
        node.write("mine", "from here");
        node.database.put("theirs", "{\"title\":\"from there\"}");
        try (SyncCycle cycle =
                node.cycle().clock(Clock.fixed(NOW, ZoneOffset.UTC)).build()) {
            CycleReport report = Node.report(cycle.run());
            assertThat(report.success()).isTrue();
            assertThat(report.completedAt()).isEqualTo(NOW);
            assertThat(report.push()).isEqualTo(pushed(1, 1, 0, 0));
            assertThat(report.pull()).isEqualTo(pulled(2, 2, 0, 0));
            assertThat(report.conflicts()).isEmpty();
            assertThat(cycle.standing().lastSuccess()).contains(NOW);
        }
        assertThat(node.titles())
                .containsExactlyInAnyOrderEntriesOf(Map.of("mine", "from here", "theirs", "from there"));
    }

    @Test
    void run_ownPush_comesBackOnce_andIsNeverPushedAgain() throws Exception {
        QueuedOperation written = node.write("mine", "from here");
        try (SyncCycle cycle = node.cycle().build()) {
            assertThat(Node.report(cycle.run()).pull()).isEqualTo(pulled(1, 1, 0, 0));
            Revision result =
                    node.queue.find(written.number()).orElseThrow().result().orElseThrow();
            assertThat(node.mirrored("mine").orElseThrow().revision()).isEqualTo(result);

            CycleReport next = Node.report(cycle.run());
            assertThat(next.push()).isEqualTo(pushed(0, 0, 0, 0));
            assertThat(next.pull()).isEqualTo(pulled(0, 0, 0, 0));

            node.mirror.checkpoints().reset(Node.STREAM);
            CycleReport replay = Node.report(cycle.run());
            assertThat(replay.push()).isEqualTo(pushed(0, 0, 0, 0));
            assertThat(replay.pull()).isEqualTo(pulled(1, 0, 1, 0));

            assertThat(node.database.all())
                    .singleElement()
                    .satisfies(change -> assertThat(change.leaves())
                            .singleElement()
                            .satisfies(leaf -> assertThat(leaf.revision()).isEqualTo(result)));
            assertThat(node.queue.list(QueueFilter.all())).hasSize(1);
            assertThat(node.mirror.archive().count(Node.STREAM)).isZero();
        }
    }

    @Test
    void run_conflictsOfBothSides_areListed() throws Exception {
        Revision base = node.database.put("mine", "{\"title\":\"base\"}");
        node.database.put("mine", "{\"title\":\"meanwhile\"}");
        node.write("other", "x");
        node.queue.enqueue(Node.update("mine", "local").onRevision(base));
        node.database.put("forked", "{\"title\":\"base\"}");
        String parent = node.database
                .get(Node.id("forked"))
                .orElseThrow()
                .winner()
                .revision()
                .toString();
        node.database.fork("forked", "2-a", parent, "{\"title\":\"a\"}");
        node.database.fork("forked", "2-b", parent, "{\"title\":\"b\"}");
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport report = Node.report(cycle.run());
            assertThat(report.success()).isTrue();
            assertThat(report.push()).isEqualTo(pushed(2, 1, 0, 1));
            assertThat(report.pull()).isEqualTo(pulled(3, 2, 0, 1));
            assertThat(report.conflicts())
                    .extracting(
                            CycleReport.Conflict::entityType,
                            CycleReport.Conflict::entityId,
                            CycleReport.Conflict::resolution)
                    .containsExactly(
                            tuple(Optional.of("note"), "mine", "Unresolved"),
                            tuple(Optional.of("note"), "forked", "Chosen"));

            QueuedOperation waiting = node.queue
                    .list(QueueFilter.all().in(OperationState.CONFLICT))
                    .get(0);
            node.queue.resolve(waiting.number(), OperationResolution.CLIENT_WINS, "dr.ada", "mine is right");
            assertThat(Node.report(cycle.run()).push()).isEqualTo(pushed(1, 1, 0, 0));
        }
        assertThat(node.titles()).containsEntry("mine", "local").containsEntry("forked", "b");
    }

    @Test
    void run_someTypes_pushesThoseAndMirrorsEverything() throws Exception {
        node.database.put("theirs", "{\"title\":\"from there\"}");
        node.write("mine", "a note");
        SyncOperation note = Node.update("task", "a task");
        node.queue.enqueue(SyncOperation.update("task", note.id(), note.body().orElseThrow()));
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport tasks = Node.report(cycle.run(Set.of("task")));
            assertThat(tasks.push()).isEqualTo(pushed(1, 1, 0, 0));
            assertThat(tasks.pull()).isEqualTo(pulled(2, 2, 0, 0));
            assertThat(node.titles()).containsOnlyKeys("theirs", "task");
            CycleReport rest = Node.report(cycle.run());
            assertThat(rest.push()).isEqualTo(pushed(1, 1, 0, 0));
        }
        assertThat(node.titles()).containsOnlyKeys("theirs", "task", "mine");
    }

    @Test
    void pushAndPull_apart_doTheirHalfAndCountInNoStanding() throws Exception {
        node.write("mine", "from here");
        node.database.put("theirs", "{\"title\":\"from there\"}");
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport push = Node.report(cycle.push(Set.of()));
            assertThat(push.push()).isEqualTo(pushed(1, 1, 0, 0));
            assertThat(push.pull()).isEqualTo(pulled(0, 0, 0, 0));
            assertThat(node.titles()).isEmpty();
            CycleReport pull = Node.report(cycle.pull());
            assertThat(pull.push()).isEqualTo(pushed(0, 0, 0, 0));
            assertThat(pull.pull()).isEqualTo(pulled(2, 2, 0, 0));
            assertThat(node.titles()).containsOnlyKeys("mine", "theirs");
            assertThat(cycle.standing().lastSuccess()).isEmpty();
            node.write("mine", "again");
            node.database.faults().failNext(InMemoryDatabase.Point.TARGET, 1);
            assertThat(Node.report(cycle.push(Set.of())).success()).isFalse();
            assertThat(cycle.standing().failures()).isZero();
        }
    }

    @Test
    void run_whileAnotherRuns_isBusy_andNotRunLater() throws Exception {
        node.write("mine", "x");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.database.faults().next(InMemoryDatabase.Point.TARGET, () -> hold(reached, goOn));
        try (SyncCycle cycle =
                node.cycle().clock(Clock.fixed(NOW, ZoneOffset.UTC)).build()) {
            CompletableFuture<CycleOutcome> first = async(cycle);
            Node.await(reached);
            assertThat(cycle.run()).isEqualTo(new CycleOutcome.Busy(NOW));
            goOn.countDown();
            assertThat(Node.report(first.get()).push().success()).isEqualTo(1);
            assertThat(cycle.run()).isInstanceOf(CycleOutcome.Finished.class);
        }
    }

    @Test
    void run_targetFails_pullsAllTheSame_andTheNextCycleMendsIt() throws Exception {
        node.write("mine", "x");
        node.database.put("theirs", "{\"title\":\"y\"}");
        node.database.faults().failNext(InMemoryDatabase.Point.TARGET, 1);
        try (SyncCycle cycle = node.cycle().build()) {
            CycleOutcome.Finished failed = (CycleOutcome.Finished) cycle.run();
            assertThat(failed.report().success()).isFalse();
            assertThat(failed.report().push()).isEqualTo(pushed(1, 0, 1, 0));
            assertThat(failed.report().pull()).isEqualTo(pulled(1, 1, 0, 0));
            assertThat(failed.failure()).containsInstanceOf(TransientSyncException.class);
            assertThat(cycle.standing().failures()).isEqualTo(1);
            assertThat(cycle.standing().lastFailure()).isEqualTo(failed.failure());

            node.queue.retryFailed(QueueFilter.all(), "dr.ada");
            assertThat(Node.report(cycle.run()).success()).isTrue();
            assertThat(cycle.standing().failures()).isZero();
        }
        assertThat(node.titles()).containsOnlyKeys("mine", "theirs");
    }

    @Test
    void run_queueFails_pullsAllTheSame() throws Exception {
        node.database.put("theirs", "{\"title\":\"y\"}");
        node.store.faults().failAlways(InMemoryQueueStore.Point.CLAIM);
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport report = Node.report(cycle.run());
            assertThat(report.success()).isFalse();
            assertThat(report.push()).isEqualTo(pushed(0, 0, 0, 0));
            assertThat(report.pull()).isEqualTo(pulled(1, 1, 0, 0));
        }
    }

    @Test
    void run_mirrorFails_pushesAllTheSame_andTheNextCycleMirrors() throws Exception {
        node.write("mine", "x");
        node.mirror.faults().failAlways(InMemoryMirror.Point.BEGIN);
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport failed = Node.report(cycle.run());
            assertThat(failed.success()).isFalse();
            assertThat(failed.push()).isEqualTo(pushed(1, 1, 0, 0));
            assertThat(failed.pull()).isEqualTo(pulled(0, 0, 0, 0));
            node.mirror.faults().heal();
            assertThat(Node.report(cycle.run()).pull()).isEqualTo(pulled(1, 1, 0, 0));
        }
    }

    @Test
    void run_documentThatCannotBeMirrored_isSkipped() throws Exception {
        node.database.put("poison", "{\"title\":7}");
        try (SyncCycle cycle = node.cycle().build()) {
            CycleReport report = Node.report(cycle.run());
            assertThat(report.success()).isTrue();
            assertThat(report.pull()).isEqualTo(pulled(1, 0, 1, 0));
        }
    }

    @Test
    void run_following_waitsUntilTheMirrorHoldsWhatWasPushed() throws Exception {
        try (SyncCycle cycle = node.following().build()) {
            for (int i = 1; i <= 20; i++) {
                node.write("mine", "title " + i);
                CycleReport report = Node.report(cycle.run());
                assertThat(report.success()).isTrue();
                assertThat(report.pull()).isEqualTo(pulled(1, 1, 0, 0));
                assertThat(node.titles()).containsEntry("mine", "title " + i);
            }
        }
    }

    @Test
    void run_followingOnANodeThatStandsBy_doesNotWait() throws Exception {
        node.write("mine", "x");
        Lease others = node.mirror
                .sink()
                .lease(Node.STREAM, "another node", Duration.ofMinutes(5))
                .orElseThrow();
        try (SyncCycle cycle = node.following().build()) {
            node.await(SyncState.STANDBY);
            CycleReport report = Node.report(cycle.run());
            assertThat(report.success()).isTrue();
            assertThat(report.push()).isEqualTo(pushed(1, 1, 0, 0));
            assertThat(report.pull()).isEqualTo(pulled(0, 0, 0, 0));
        } finally {
            others.close();
        }
    }

    @Test
    void run_followingAWorkerThatNeverCatchesUp_fails() throws Exception {
        try (SyncCycle cycle = node.cycle().follows(Duration.ofMillis(5)).build()) {
            CycleOutcome.Finished failed = (CycleOutcome.Finished) cycle.run();
            assertThat(failed.report().success()).isFalse();
            assertThat(failed.failure().orElseThrow()).hasMessageContaining("did not catch up within 5 ms");
        }
    }

    @Test
    void run_interrupted_endsThere_andTheNextOneDoesTheRest() throws Exception {
        node.write("mine", "x");
        try (SyncCycle cycle = node.cycle().build()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(cycle::run).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(Node.report(cycle.run()).success()).isTrue();
        }
        assertThat(node.titles()).containsOnlyKeys("mine");
    }

    @Test
    void run_workerIsRunBySomebodyElse_failsAndCounts() throws Exception {
        node.pull.start();
        try (SyncCycle cycle = node.cycle().build()) {
            assertThatThrownBy(cycle::run).isInstanceOf(IllegalStateException.class);
            assertThat(cycle.standing().failures()).isEqualTo(1);
        }
    }

    @Test
    void listener_hearsOfEachCycle_andMayFail() throws Exception {
        List<CycleOutcome.Finished> heard = new ArrayList<>();
        try (SyncCycle cycle = node.cycle()
                .listener(finished -> {
                    heard.add(finished);
                    throw new IllegalStateException("on purpose");
                })
                .build()) {
            CycleOutcome outcome = cycle.run();
            assertThat(heard).containsExactly((CycleOutcome.Finished) outcome);
        }
    }

    private static CompletableFuture<CycleOutcome> async(SyncCycle cycle) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return cycle.run();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        });
    }

    private static void hold(CountDownLatch reached, CountDownLatch goOn) {
        reached.countDown();
        try {
            Node.await(goOn);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
