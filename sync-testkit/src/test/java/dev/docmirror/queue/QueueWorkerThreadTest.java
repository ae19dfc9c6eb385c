package dev.docmirror.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.docmirror.change.DocumentId;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A worker on threads of its own. */
@Timeout(60)
class QueueWorkerThreadTest {
    private final QueueRig rig = new QueueRig();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean isDone(long number) {
        return rig.found(number).state() == OperationState.COMPLETED;
    }

    private long enqueue() {
        return rig.queue.enqueue(QueueRig.creation("{\"n\":1}")).number();
    }

    /** Holds the next write up until {@link #goOn}. */
    private void holdUp() {
        rig.database.faults().next(Point.TARGET, () -> {
            arrived.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        });
    }

    @Test
    void start_operationsThatCome_areTakenAtTheNextPoll() {
        rig.options = rig.options.withPollInterval(Duration.ofMillis(5));
        try (QueueWorker worker = rig.worker()) {
            worker.start();
            await(() -> rig.store.faults().passes(InMemoryQueueStore.Point.CLAIM) > 2);
            long number = enqueue();
            await(() -> isDone(number));
        }
    }

    @Test
    void wake_looksAtOnce() {
        rig.options = rig.options.withPollInterval(Duration.ofHours(1));
        try (QueueWorker worker = rig.worker()) {
            worker.start();
            await(() -> rig.store.faults().passes(InMemoryQueueStore.Point.CLAIM) == 1);
            long number = enqueue();
            worker.wake();
            await(() -> isDone(number));
        }
    }

    @Test
    void start_whatFails_isShownAndTriedAgain() {
        rig.options = rig.options.withPollInterval(Duration.ofMillis(5)).withMaxAttempts(1_000_000);
        rig.database.faults().failAlways(Point.READ);
        rig.store.faults().failNext(InMemoryQueueStore.Point.CLAIM, 2);
        long number = enqueue();
        try (QueueWorker worker = rig.worker()) {
            worker.start();
            await(() -> {
                rig.clock.advance(Duration.ofSeconds(1));
                return rig.events(OperationEvent.RetryScheduled.class).stream()
                                .map(OperationEvent.RetryScheduled::side)
                                .distinct()
                                .count()
                        == 2;
            });
            await(() -> worker.failing().isPresent());
            rig.database.faults().heal();
            await(() -> {
                rig.clock.advance(Duration.ofSeconds(1));
                return isDone(number) && worker.failing().isEmpty();
            });
        }
    }

    @Test
    void start_listenerThatThrows_isSurvived() {
        long number = enqueue();
        try (QueueWorker worker = QueueWorker.builder(rig.store, rig.database.source(), rig.database.target())
                .listener(event -> {
                    throw new IllegalStateException("canary");
                })
                .build()) {
            worker.start();
            await(() -> isDone(number));
        }
    }

    @Test
    void close_batchInHand_isFinished() throws Exception {
        holdUp();
        long number = enqueue();
        QueueWorker worker = rig.worker();
        worker.start();
        arrived.await();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);
        goOn.countDown();
        closed.get(30, TimeUnit.SECONDS);
        assertThat(isDone(number)).isTrue();
    }

    @Test
    void close_batchThatHangs_isInterruptedAndMadeUpFor() throws Exception {
        rig.options = rig.options.withCloseTimeout(Duration.ofMillis(50));
        holdUp();
        long number = enqueue();
        QueueWorker worker = rig.worker();
        worker.start();
        arrived.await();
        worker.close();
        assertThat(isDone(number)).isFalse();
        rig.clock.advance(Duration.ofMinutes(1));
        rig.run();
        assertThat(isDone(number)).isTrue();
    }

    @Test
    void close_fromAListener_endsTheRunAfterTheBatch() {
        long number = enqueue();
        QueueWorker[] worker = new QueueWorker[1];
        worker[0] = QueueWorker.builder(rig.store, rig.database.source(), rig.database.target())
                .listener(event -> worker[0].close())
                .build();
        PushReport report = worker[0].runOnce();
        assertThat(report.total()).isEqualTo(1);
        assertThat(isDone(number)).isTrue();
        worker[0].close();
    }

    @Test
    void lifecycle_outOfOrder_isRefused() {
        QueueWorker worker = rig.worker();
        worker.start();
        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(worker::runOnce).isInstanceOf(IllegalStateException.class);
        worker.close();
        worker.close();
        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(worker::runOnce).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lease_slowTarget_isKeptAlive() throws Exception {
        rig.options = rig.options.withLease(Duration.ofMillis(300));
        holdUp();
        long number = enqueue();
        try (QueueWorker worker = rig.worker()) {
            worker.start();
            arrived.await();
            int before = rig.store.faults().passes(InMemoryQueueStore.Point.RENEW);
            await(() -> rig.store.faults().passes(InMemoryQueueStore.Point.RENEW) > before + 2);
            goOn.countDown();
            await(() -> isDone(number));
        }
    }

    @Test
    void severalWorkers_oneQueue_shareIt() {
        rig.options = rig.options.withPollInterval(Duration.ofMillis(5)).withBatchSize(3);
        for (int i = 0; i < 60; i++) {
            rig.queue.enqueue(SyncOperation.create("note", DocumentId.of("d" + i), QueueRig.json("{}")));
        }
        try (QueueWorker one = rig.worker();
                QueueWorker two = rig.worker()) {
            one.start();
            two.start();
            await(() -> rig.queue.statistics(QueueFilter.all()).in(OperationState.COMPLETED) == 60);
        }
        assertThat(rig.database.all())
                .hasSize(60)
                .allMatch(change -> change.leaves().size() == 1);
    }
}
