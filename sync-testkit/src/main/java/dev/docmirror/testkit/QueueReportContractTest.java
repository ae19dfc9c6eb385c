package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** What every {@link dev.docmirror.queue.QueueStore} has to tell: lists, statistics, the audit; and how it forgets. */
public abstract class QueueReportContractTest extends QueueContract {
    private static final Instant FAR = Instant.parse("2200-01-01T00:00:00Z");

    @Test
    void list_filters_meanWhatTheySay() {
        long a = enqueue(create("a", "{}").by("ann", "tablet"));
        long b = enqueue(create("b", "{}").by("ann", "phone"));
        long c = enqueue(delete("c").by("bob", "tablet"));
        long d = enqueue(SyncOperation.create("task", id("d"), json("{}")));
        store().change(b, new ManualChange.Cancel(), "admin", "because");
        QueueFilter all = QueueFilter.all();
        assertThat(listed(all)).containsExactly(a, b, c, d);
        assertThat(listed(all.in(OperationState.PENDING))).containsExactly(a, c, d);
        assertThat(listed(all.in(OperationState.CANCELLED, OperationState.FAILED)))
                .containsExactly(b);
        assertThat(listed(all.ofType("task"))).containsExactly(d);
        assertThat(listed(all.ofType("TASK"))).isEmpty();
        assertThat(listed(all.ofUser("ann"))).containsExactly(a, b);
        assertThat(listed(all.ofUser("Ann"))).isEmpty();
        assertThat(listed(all.ofDevice("tablet"))).containsExactly(a, c);
        assertThat(listed(all.on(id("c")))).containsExactly(c);
        assertThat(listed(all.on(id("C")))).isEmpty();
        assertThat(listed(all.ofUser("ann").in(OperationState.PENDING))).containsExactly(a);
    }

    @Test
    void list_pages_leadThroughAll() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            numbers.add(enqueue(create("a" + i, "{}")));
        }
        assertThat(listed(QueueFilter.all().page(0, 3))).containsExactlyElementsOf(numbers.subList(0, 3));
        assertThat(listed(QueueFilter.all().page(numbers.get(2), 3))).containsExactlyElementsOf(numbers.subList(3, 6));
        assertThat(listed(QueueFilter.all().page(numbers.get(6), 3))).isEmpty();
        assertThat(store().find(Long.MAX_VALUE)).isEmpty();
    }

    private List<Long> listed(QueueFilter filter) {
        return store().list(filter).stream().map(QueuedOperation::number).toList();
    }

    @Test
    void statistics_ofNothing_areZero() {
        QueueStatistics none = store().statistics(QueueFilter.all());
        assertThat(none.total()).isZero();
        assertThat(none.blocked()).isZero();
        assertThat(none.oldestPending()).isEmpty();
        assertThat(none.lastCompleted()).isEmpty();
        assertThat(none.median()).isZero();
        assertThat(none.p99()).isZero();
        assertThat(none.failedByDevice()).isEmpty();
    }

    @Test
    void statistics_counts_areRight() {
        enqueue(apart("stuck", 1).by("ann", "tablet"));
        settle(Settlement.conflict(claimOne("w"), Optional.empty(), "changed meanwhile"));
        enqueue(apart("stuck", 2).by("ann", "tablet"));
        enqueue(apart("stuck", 3).by("ann", "phone"));
        enqueue(apart("failed", 1).by("bob", "phone"));
        settle(Settlement.refused(claimOne("w"), "forbidden"));
        enqueue(apart("failed", 2));
        enqueue(apart("waits", 1).by("bob", "phone"));
        settle(Settlement.failed(claimOne("w"), "down", Optional.of(LONGER)));
        long behind = enqueue(apart("waits", 2));
        long done = enqueue(create("done", "{}").by("bob", "tablet"));
        complete(claimOne("w"), 1);

        QueueStatistics all = store().statistics(QueueFilter.all().page(behind, 1));
        assertThat(all.states())
                .isEqualTo(Map.of(
                        OperationState.CONFLICT, 1L,
                        OperationState.PENDING, 4L,
                        OperationState.FAILED, 2L,
                        OperationState.COMPLETED, 1L));
        assertThat(all.total()).isEqualTo(8);
        assertThat(all.in(OperationState.CANCELLED)).isZero();
        assertThat(all.blocked()).isEqualTo(3);
        assertThat(all.failedByDevice()).isEqualTo(Map.of("phone", 2L));
        assertThat(all.totalByDevice()).isEqualTo(Map.of("tablet", 3L, "phone", 3L));
        assertThat(all.lastCompleted()).contains(found(done).changedAt());
        QueueStatistics ofAnn = store().statistics(QueueFilter.all().ofUser("ann"));
        assertThat(ofAnn.total()).isEqualTo(3);
        assertThat(ofAnn.blocked()).isEqualTo(2);
        assertThat(ofAnn.lastCompleted()).isEmpty();
    }

    @Test
    void statistics_times_areThoseOfTheOperations() {
        for (int i = 0; i < 10; i++) {
            enqueue(create("a" + i, "{}"));
        }
        QueuedOperation oldest = all().get(0);
        assertThat(store().statistics(QueueFilter.all()).oldestPending()).contains(oldest.enqueuedAt());
        for (Claim claim : claim("w")) {
            pass(Duration.ofMinutes(1));
            complete(claim, 1);
        }
        List<Duration> times = all().stream()
                .map(each -> Duration.between(each.enqueuedAt(), each.changedAt()))
                .sorted()
                .toList();
        QueueStatistics figures = store().statistics(QueueFilter.all());
        assertThat(figures.median()).isEqualTo(times.get(4)).isGreaterThanOrEqualTo(Duration.ofMinutes(4));
        assertThat(figures.p95()).isEqualTo(times.get(9));
        assertThat(figures.p99()).isEqualTo(times.get(9));
        assertThat(figures.oldestPending()).isEmpty();
    }

    @Test
    void purge_finalOnes_areForgottenAndNoOthers() {
        long done = enqueue(create("a", "{}"));
        complete(claimOne("w"), 1);
        long cancelled = enqueue(create("b", "{}"));
        store().change(cancelled, new ManualChange.Cancel(), "admin", "because");
        long failed = enqueue(create("c", "{}"));
        settle(Settlement.refused(claimOne("w"), "forbidden"));
        long conflict = enqueue(create("d", "{}"));
        settle(Settlement.conflict(claimOne("w"), Optional.empty(), "exists"));
        long claimed = enqueue(create("e", "{}"));
        claimOne("w");
        long pending = enqueue(create("f", "{}"));
        assertThat(store().purge(found(done).changedAt()))
                .as("not older than itself")
                .isZero();
        assertThat(store().purge(FAR)).isEqualTo(2);
        assertThat(all().stream().map(QueuedOperation::number)).containsExactly(failed, conflict, claimed, pending);
        assertThat(store().find(done)).isEmpty();
        assertThat(store().purge(FAR)).isZero();
        assertThat(enqueue(create("g", "{}"))).as("numbers grow on").isGreaterThan(pending);
        assertThat(audited(done)).hasSize(3);
        assertIntact();
    }

    @Test
    void audit_lifeOfAnOperation_isTold() {
        long number = enqueue(create("a", "{\"secret\":\"canary-7f3a\"}").by("ann", "tablet"));
        enqueue(patch("a", "{\"n\":1}").by("bob", "tablet"));
        claimOne("first");
        pass(LONGER);
        settle(Settlement.failed(claimOne("second"), "down", Optional.of(Duration.ZERO)));
        settle(Settlement.conflict(claimOne("second"), Optional.empty(), "exists"));
        store().change(number, new ManualChange.Yield(), "admin", "the server is right");
        assertThat(audited(number))
                .extracting(
                        AuditEntry::by,
                        AuditEntry::from,
                        AuditEntry::to,
                        entry -> entry.reason().orElse(""))
                .containsExactly(
                        tuple("ann", Optional.empty(), OperationState.PENDING, ""),
                        tuple("bob", Optional.of(OperationState.PENDING), OperationState.PENDING, "folded: PATCH"),
                        tuple("first", Optional.of(OperationState.PENDING), OperationState.PROCESSING, ""),
                        tuple(
                                "second",
                                Optional.of(OperationState.PROCESSING),
                                OperationState.PENDING,
                                "the lease ran out"),
                        tuple("second", Optional.of(OperationState.PENDING), OperationState.PROCESSING, ""),
                        tuple("second", Optional.of(OperationState.PROCESSING), OperationState.FAILED, "down"),
                        tuple("second", Optional.of(OperationState.FAILED), OperationState.PROCESSING, ""),
                        tuple("second", Optional.of(OperationState.PROCESSING), OperationState.CONFLICT, "exists"),
                        tuple(
                                "admin",
                                Optional.of(OperationState.CONFLICT),
                                OperationState.COMPLETED,
                                "the server is right"));
        assertThat(store().audit(0, 1_000).toString()).doesNotContain("canary-7f3a");
        assertIntact();
    }

    @Test
    void audit_pages_leadThroughAll() {
        for (int i = 0; i < 5; i++) {
            enqueue(create("a" + i, "{}"));
        }
        List<AuditEntry> all = store().audit(0, 100);
        assertThat(all).hasSize(5).extracting(AuditEntry::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(store().audit(2, 2)).isEqualTo(all.subList(2, 4));
        assertThat(store().audit(5, 2)).isEmpty();
        assertIntact();
    }

    @Test
    void audit_underConcurrency_isOneIntactChain() throws Exception {
        concurrently(4, () -> {
            for (int i = 0; i < 20; i++) {
                enqueue(patch("a" + i % 4, "{\"f\":" + i + "}"));
                claim("w").forEach(claim -> complete(claim, 2));
            }
            return true;
        });
        claim("w").forEach(claim -> complete(claim, 2));
        assertIntact();
        for (QueuedOperation each : all()) {
            List<AuditEntry> told = audited(each.number());
            assertThat(told.get(0).from()).isEmpty();
            for (int i = 1; i < told.size(); i++) {
                OperationState from = told.get(i - 1).to();
                assertThat(told.get(i).from()).contains(from);
                assertThat(from == told.get(i).to()
                                || from.mayBecome(told.get(i).to()))
                        .isTrue();
            }
            assertThat(told.get(told.size() - 1).to()).isEqualTo(each.state());
        }
    }

    @Test
    void audit_changeOfALostClaim_isNotTold() {
        long number = enqueue(create("a", "{}"));
        Claim first = claimOne("first");
        pass(LONGER);
        claimOne("second");
        int told = audited(number).size();
        settle(Settlement.refused(first, "late"));
        store().change(number, new ManualChange.Retry(), "admin", "not allowed");
        assertThat(audited(number)).hasSize(told);
    }

    private void assertIntact() {
        QueueAudit.Result result = QueueAudit.verify(store()::audit);
        assertThat(result.broken()).isEmpty();
        assertThat(QueueAudit.verify(store()::audit, result.intactTo()).isIntact())
                .isTrue();
    }

    private List<AuditEntry> audited(long number) {
        List<AuditEntry> told = new ArrayList<>();
        long after = 0;
        while (true) {
            List<AuditEntry> page = store().audit(after, 100);
            if (page.isEmpty()) {
                return told;
            }
            page.stream().filter(entry -> entry.operation() == number).forEach(told::add);
            after = page.get(page.size() - 1).sequence();
        }
    }
}
