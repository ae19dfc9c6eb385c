package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a host sees of its queue, and the settings of a worker. */
class SyncQueueTest {
    private final QueueRig rig = new QueueRig();

    private void fail(int operations) {
        rig.database.validate(edit -> Optional.of("forbidden"));
        for (int i = 0; i < operations; i++) {
            rig.queue.enqueue(
                    SyncOperation.create(i % 2 == 0 ? "note" : "task", DocumentId.of("d" + i), QueueRig.json("{}")));
        }
        rig.run();
        rig.database.validate(edit -> Optional.empty());
    }

    @Test
    void retryFailed_moreThanAPage_retriesAllThatAreMeant() {
        fail(1_200);
        assertThat(rig.queue.retryFailed(QueueFilter.all().ofType("note"), "ann"))
                .isEqualTo(600);
        assertThat(rig.run().success()).isEqualTo(600);
        assertThat(rig.queue.retryFailed(QueueFilter.all().page(0, 1), "ann")).isEqualTo(600);
        assertThat(rig.queue.retryFailed(QueueFilter.all(), "ann")).isZero();
    }

    @Test
    void retry_whatDidNotFail_isNotAllowed() {
        long number = rig.queue.enqueue(QueueRig.creation("{}")).number();
        assertThat(rig.queue.retry(number, "ann")).isEmpty();
        assertThat(rig.queue.retry(99, "ann")).isEmpty();
        assertThat(rig.queue.cancel(number, "ann", "wrong")).isPresent();
        assertThat(rig.queue.cancel(number, "ann", "wrong")).isEmpty();
        assertThat(rig.run().total()).isZero();
    }

    @Test
    void figures_areThoseOfTheStore() {
        fail(4);
        assertThat(rig.queue.statistics(QueueFilter.all()).in(OperationState.FAILED))
                .isEqualTo(4);
        assertThat(rig.queue.list(QueueFilter.all().ofType("task"))).hasSize(2);
        rig.queue.retryFailed(QueueFilter.all(), "ann");
        rig.run();
        rig.clock.advance(Duration.ofDays(1));
        assertThat(rig.queue.purge(rig.clock.instant())).isEqualTo(4);
        assertThat(rig.queue.verifyAudit(QueueAudit.Head.NONE).isIntact()).isTrue();
    }

    @Test
    void batchSize_isTheMostInOneWrite() {
        rig.options = rig.options.withBatchSize(3);
        for (int i = 0; i < 7; i++) {
            rig.queue.enqueue(SyncOperation.create("note", DocumentId.of("d" + i), QueueRig.json("{}")));
        }
        assertThat(rig.run().success()).isEqualTo(7);
        assertThat(rig.database.faults().passes(Point.TARGET)).isEqualTo(3);
    }

    @Test
    void maxAttempts_isHowOftenItIsTriedByItself() {
        rig.options = rig.options.withMaxAttempts(1);
        rig.database.faults().failNext(Point.TARGET, 1);
        assertThat(rig.push(QueueRig.creation("{}")).isStuck()).isTrue();
    }

    @Test
    void backoff_isTheMostThatATryWaits() {
        rig.options = rig.options.withBackoff(Duration.ofMinutes(10), Duration.ofMinutes(10));
        boolean late = false;
        for (int i = 0; i < 30; i++) {
            rig.database.faults().failNext(Point.TARGET, 1);
            rig.queue.enqueue(SyncOperation.create("note", DocumentId.of("d" + i), QueueRig.json("{}")));
            rig.run();
        }
        for (QueuedOperation failed : rig.queue.list(QueueFilter.all())) {
            Instant due = failed.dueAt().orElseThrow();
            assertThat(due).isBetween(failed.changedAt(), failed.changedAt().plus(Duration.ofMinutes(10)));
            late |= due.isAfter(failed.changedAt().plusSeconds(30));
        }
        assertThat(late).as("more than the default allows").isTrue();
    }

    @Test
    void lease_isHowLongADeadWorkerHoldsUp() {
        rig.options = rig.options.withLease(Duration.ofMinutes(5));
        rig.database.faults().next(Point.TARGET, () -> {
            rig.clock.advance(Duration.ofMinutes(4));
            assertThat(rig.store.claim("other", 1, Duration.ofMinutes(1))).isEmpty();
            rig.clock.advance(Duration.ofMinutes(1));
            assertThat(rig.store.claim("other", 1, Duration.ofMinutes(1))).hasSize(1);
        });
        rig.push(QueueRig.creation("{}"));
    }

    @Test
    void owner_isNamedInTheAudit() {
        rig.options = rig.options.withOwner("node 7");
        rig.push(QueueRig.creation("{}"));
        assertThat(rig.store.audit(1, 1).get(0).by()).startsWith("node 7 ");
    }

    @Test
    void settings_outOfRange_areRefusedByName() {
        QueueOptions options = QueueOptions.defaults();
        assertThatThrownBy(() -> options.withBatchSize(0)).hasMessage("batchSize: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withMaxAttempts(0)).hasMessageStartingWith("maxAttempts:");
        assertThatThrownBy(() -> options.withLease(Duration.ofMillis(299))).hasMessageStartingWith("lease:");
        assertThatThrownBy(() -> options.withPollInterval(Duration.ZERO)).hasMessageStartingWith("pollInterval:");
        assertThatThrownBy(() -> options.withCloseTimeout(Duration.ZERO)).hasMessageStartingWith("closeTimeout:");
        assertThatThrownBy(() -> options.withBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageStartingWith("backoff cap:");
        assertThatThrownBy(() -> options.withOwner(" ")).hasMessageStartingWith("owner:");
    }

    @Test
    void operations_outOfRange_areRefusedByName() {
        assertThatThrownBy(() -> QueueRig.update("{}").after(Duration.ofDays(4_000)))
                .hasMessageStartingWith("delay:");
        assertThatThrownBy(() -> QueueRig.creation("{}").onVersion(1)).hasMessageStartingWith("base:");
        assertThatThrownBy(() -> QueueRig.update("{}").by("", "d")).hasMessageStartingWith("user:");
        String deep = "{\"a\":".repeat(99) + "{}" + "}".repeat(99);
        assertThat(rig.push(QueueRig.update(deep)).state()).isEqualTo(OperationState.COMPLETED);
        assertThatThrownBy(() -> SyncOperation.update(
                        "note", QueueRig.A, QueueRig.json("{}").set("a", QueueRig.json(deep))))
                .hasMessage("body: must be nested at most 100 levels deep");
    }
}
