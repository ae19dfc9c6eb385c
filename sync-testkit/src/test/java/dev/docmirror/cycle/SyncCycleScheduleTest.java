package dev.docmirror.cycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class SyncCycleScheduleTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Node node = new Node();

    @AfterEach
    void close() {
        node.close();
    }

    private static boolean isScheduleAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("docmirror-cycle") && thread.isAlive());
    }

    @Test
    void every_cyclesThatFail_doNotEndTheSchedule() throws Exception {
        node.write("mine", "x");
        node.store.faults().failNext(InMemoryQueueStore.Point.CLAIM, 1);
        node.store.faults().next(InMemoryQueueStore.Point.CLAIM, () -> {
            throw new IllegalStateException("on purpose");
        });
        node.store.faults().next(InMemoryQueueStore.Point.CLAIM, () -> {
            throw new AssertionError("on purpose");
        });
        CountDownLatch succeeded = new CountDownLatch(2);
        try (SyncCycle cycle = node.cycle()
                .listener(finished -> {
                    if (finished.report().success()) {
                        succeeded.countDown();
                    }
                })
                .build()) {
            cycle.every(SHORT);
            Node.await(succeeded);
        }
        assertThat(node.titles()).containsOnlyKeys("mine");
        assertThat(isScheduleAlive()).isFalse();
    }

    @Test
    void close_whileAScheduledCyclePushes_letsItFinishTheBatch_andNoneFollows() throws Exception {
        node.write("mine", "x");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.database.faults().next(InMemoryDatabase.Point.TARGET, () -> {
            reached.countDown();
            try {
                Node.await(goOn);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        });
        AtomicInteger finished = new AtomicInteger();
        SyncCycle cycle =
                node.cycle().listener(each -> finished.incrementAndGet()).build();
        cycle.every(SHORT);
        Node.await(reached);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(cycle::close);
        goOn.countDown();
        closing.get();
        assertThat(isScheduleAlive()).isFalse();
        assertThat(node.database.all()).hasSize(1);
        int atClose = finished.get();
        assertThatThrownBy(cycle::run).isInstanceOf(IllegalStateException.class);
        assertThat(finished).hasValue(atClose);
    }

    @Test
    void close_whileARunWaitsForTheMirror_endsItAtOnce_andLeavesTheCallersThreadAlone() throws Exception {
        SyncCycle cycle = node.cycle().follows(Duration.ofHours(1)).build();
        CountDownLatch pushing = new CountDownLatch(1);
        node.store.faults().next(InMemoryQueueStore.Point.CLAIM, pushing::countDown);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread host = new Thread(() -> {
            try {
                cycle.run();
            } catch (InterruptedException | RuntimeException e) {
                thrown.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        host.start();
        Node.await(pushing);
        cycle.close();
        host.join();
        assertThat(thrown.get()).isInstanceOf(SyncStoppedException.class);
        assertThat(interrupted).isFalse();
        assertThat(cycle.standing().failures()).isZero();
    }

    @Test
    void close_fromItsOwnListener_returns_andTheScheduleEnds() throws Exception {
        AtomicReference<SyncCycle> own = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger cycles = new AtomicInteger();
        SyncCycle cycle = node.cycle()
                .listener(finished -> {
                    cycles.incrementAndGet();
                    own.get().close();
                    closed.countDown();
                })
                .build();
        own.set(cycle);
        cycle.every(SHORT);
        Node.await(closed);
        cycle.close();
        assertThat(isScheduleAlive()).isFalse();
        assertThat(cycles).hasValue(1);
    }

    @Test
    void close_beforeAndAfterAnything_isLegal() {
        SyncCycle cycle = node.cycle().build();
        cycle.close();
        cycle.close();
        assertThatThrownBy(() -> cycle.every(SHORT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settings_impossible_areRefused() {
        try (SyncCycle cycle = node.cycle().build()) {
            assertThatThrownBy(() -> cycle.every(Duration.ZERO)).hasMessage("pause: must be >= 1 ms, was PT0S");
            cycle.every(Duration.ofHours(1));
            assertThatThrownBy(() -> cycle.every(SHORT)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> node.cycle().follows(Duration.ZERO)).hasMessage("follows: must be >= 1 ms, was PT0S");
    }
}
