package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.DocumentId;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link dev.docmirror.queue.QueueStore} has to keep about operations that are taken: each by one worker at a
 * time, and those on one document in their order.
 */
public abstract class QueueClaimContractTest extends QueueContract {

    @Test
    void claim_dueOperations_areGivenOldestFirst() {
        List<Long> numbers = new ArrayList<>();
        for (String id : List.of("c", "a", "b")) {
            numbers.add(enqueue(create(id, "{}")));
        }
        List<Claim> some = store().claim("w", 2, LEASE);
        assertThat(numbers(some)).containsExactlyElementsOf(numbers.subList(0, 2));
        assertThat(some).allSatisfy(claim -> {
            assertThat(claim.worker()).isEqualTo("w");
            assertThat(claim.operation().state()).isEqualTo(OperationState.PROCESSING);
            assertThat(claim.operation()).isEqualTo(found(claim.operation().number()));
            assertThat(claim.operation().dueAt()).isEmpty();
        });
        assertThat(claimed("w")).containsExactly(numbers.get(2));
        assertThat(claim("w")).isEmpty();
    }

    @Test
    void claim_delayedOperation_comesWhenItIsDue() {
        long delayed = enqueue(create("a", "{}").after(Duration.ofMinutes(5)));
        long other = enqueue(create("b", "{}"));
        assertThat(claimed("w")).containsExactly(other);
        pass(Duration.ofMinutes(6));
        assertThat(claimed("w")).containsExactly(delayed);
    }

    @Test
    void claim_oneDocument_givesOneOperationAtATimeInTheirOrder() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            numbers.add(enqueue(apart("a", i)));
        }
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
        for (long number : numbers) {
            Claim claim = claimOne("w");
            assertThat(claim.operation().number()).isEqualTo(number);
            assertThat(claim("other")).isEmpty();
            settle(Settlement.completed(claim, Optional.empty(), Optional.empty()));
        }
        assertThat(claim("w")).isEmpty();
    }

    @Test
    void claim_behindOneThatIsNotDue_waits() {
        enqueue(apart("a", 1).after(Duration.ofMinutes(5)));
        enqueue(apart("a", 2));
        assertThat(claim("w")).isEmpty();
        enqueue(apart("b", 1));
        settle(Settlement.failed(claimOne("w"), "down", Optional.of(Duration.ofMinutes(5))));
        enqueue(apart("b", 2));
        assertThat(claim("w")).isEmpty();
        pass(Duration.ofMinutes(6));
        assertThat(claim("w").stream().map(claim -> claim.operation().operation()))
                .containsExactly(apart("a", 1).after(Duration.ofMinutes(5)), apart("b", 1));
    }

    @Test
    void claim_ofSomeTypes_givesThoseAloneOldestFirst() {
        List<Long> numbers = new ArrayList<>();
        for (String type : List.of("task", "note", "visit", "task", "Task")) {
            numbers.add(enqueue(typed(type, "d" + numbers.size(), 1)));
        }
        assertThat(numbers(store().claim("w", 2, LEASE, Set.of("visit", "task"))))
                .containsExactly(numbers.get(0), numbers.get(2));
        assertThat(numbers(store().claim("w", 10, LEASE, Set.of("visit", "task", "unknown"))))
                .containsExactly(numbers.get(3));
        assertThat(store().claim("w", 10, LEASE, Set.of("visit", "task"))).isEmpty();
        assertThat(claimed("w")).containsExactly(numbers.get(1), numbers.get(4));
    }

    @Test
    void claim_ofSomeTypes_keepsTheOrderOfTheDocument() {
        long first = enqueue(typed("note", "a", 1));
        long second = enqueue(typed("task", "a", 2));
        assertThat(store().claim("w", 10, LEASE, Set.of("task"))).isEmpty();
        List<Claim> notes = store().claim("w", 10, LEASE, Set.of("note"));
        assertThat(numbers(notes)).containsExactly(first);
        assertThat(store().claim("w", 10, LEASE, Set.of("task"))).isEmpty();
        complete(notes.get(0), 9);
        assertThat(store().claim("w", 10, LEASE, Set.of("note"))).isEmpty();
        assertThat(numbers(store().claim("w", 10, LEASE, Set.of("task")))).containsExactly(second);
    }

    @Test
    void claim_ofSomeTypes_givesThemWhenTheyAreDue() {
        long delayed = enqueue(typed("task", "a", 1).after(Duration.ofMinutes(5)));
        long lost = enqueue(typed("task", "b", 1));
        assertThat(claimed("gone")).containsExactly(lost);
        assertThat(store().claim("w", 10, LEASE, Set.of("task"))).isEmpty();
        pass(Duration.ofMinutes(6));
        assertThat(numbers(store().claim("w", 10, LEASE, Set.of("task")))).containsExactly(delayed);
        pass(Duration.ofMinutes(5));
        assertThat(numbers(store().claim("w", 10, LEASE, Set.of("task")))).containsExactly(lost);
    }

    private static SyncOperation typed(String type, String id, int generation) {
        return SyncOperation.update(type, id(id), json("{}")).onRevision(revision(generation));
    }

    @Test
    void claim_ofSomeTypesAndOfAllFromManyThreads_givesEachOperationOnce() throws Exception {
        for (int i = 0; i < 300; i++) {
            enqueue(typed(i % 3 == 0 ? "task" : "note", "d" + i % 150, i + 1));
        }
        AtomicInteger workers = new AtomicInteger();
        List<Long> done = Collections.synchronizedList(new ArrayList<>());
        concurrently(4, () -> {
            int worker = workers.incrementAndGet();
            Set<String> types = worker % 2 == 0 ? Set.of() : Set.of("task", "note");
            while (done.size() < 300) {
                for (Claim claim : store().claim("w" + worker, 7, LEASE, types)) {
                    done.add(claim.operation().number());
                    complete(claim, 999);
                }
            }
            return true;
        });
        assertThat(done).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void claim_eachOperation_hasATokenOfItsOwn() {
        for (int i = 0; i < 100; i++) {
            enqueue(create("a" + i, "{}"));
        }
        List<Claim> claims = new ArrayList<>(claim("first"));
        pass(LONGER);
        claims.addAll(claim("second"));
        assertThat(claims.stream().map(Claim::token)).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void claim_fromManyThreads_givesEachOperationOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            enqueue(create("a" + i, "{}"));
        }
        AtomicInteger workers = new AtomicInteger();
        List<List<Claim>> taken = concurrently(4, () -> {
            String worker = "w" + workers.incrementAndGet();
            List<Claim> mine = new ArrayList<>();
            // Another worker's transaction may hide rows for a moment, so one empty answer is not the end.
            for (int empty = 0; empty < 20; ) {
                List<Claim> claims = store().claim(worker, 7, LEASE);
                empty = claims.isEmpty() ? empty + 1 : 0;
                mine.addAll(claims);
            }
            return mine;
        });
        assertThat(taken.stream()
                        .flatMap(List::stream)
                        .map(claim -> claim.operation().number()))
                .doesNotHaveDuplicates()
                .hasSize(200);
    }

    @Test
    void claim_fromManyThreads_keepsTheOrderOfEachDocument() throws Exception {
        for (int i = 1; i <= 60; i++) {
            enqueue(apart("a" + i % 3, i));
        }
        AtomicInteger workers = new AtomicInteger();
        List<Long> done = new ArrayList<>();
        concurrently(4, () -> {
            String worker = "w" + workers.incrementAndGet();
            while (all().stream().anyMatch(each -> !each.state().isFinal())) {
                for (Claim claim : store().claim(worker, 2, LEASE)) {
                    synchronized (done) {
                        done.add(claim.operation().number());
                    }
                    settle(Settlement.completed(claim, Optional.empty(), Optional.empty()));
                }
            }
            return true;
        });
        for (int document = 0; document < 3; document++) {
            DocumentId id = id("a" + document);
            assertThat(done.stream()
                            .filter(number -> found(number).operation().id().equals(id)))
                    .hasSize(20)
                    .isSorted();
        }
    }

    @Test
    void claim_leaseThatRanOut_givesTheOperationToAnother() {
        long number = enqueue(create("a", "{}"));
        Claim first = claimOne("first");
        pass(LEASE.dividedBy(2));
        assertThat(claim("second")).isEmpty();
        pass(LONGER);
        Claim second = claimOne("second");
        assertThat(second.operation().number()).isEqualTo(number);
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(second.operation().attempts())
                .as("a dead worker is no failed try")
                .isZero();
    }

    @Test
    void claim_leaseThatRanOut_comesBackWithWhatWasPinned() {
        enqueue(patch("a", "{\"n\":1}"));
        Claim first = claimOne("first");
        store().pin(List.of(pinned(first, "{\"n\":1,\"z\":2.50,\"a\":1E-7}")));
        pass(LONGER);
        Claim second = claimOne("second");
        assertThat(second.operation().pinned())
                .contains(pinned(first, "{\"n\":1,\"z\":2.50,\"a\":1E-7}").edit());
        assertThat(second.operation().pinned().orElseThrow().body().toString())
                .isEqualTo("{\"n\":1,\"z\":2.50,\"a\":1E-7}");
        assertThat(second.operation().operation()).isEqualTo(patch("a", "{\"n\":1}"));
    }

    @Test
    void claim_bySameWorkerAgain_hasAnotherToken() {
        enqueue(create("a", "{}"));
        Claim first = claimOne("w");
        pass(LONGER);
        Claim second = claimOne("w");
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(settle(Settlement.refused(first, "late"))).isFalse();
        assertThat(settle(Settlement.refused(second, "refused"))).isTrue();
    }

    @Test
    void renew_beforeItRunsOut_keepsOthersOut() {
        enqueue(create("a", "{}"));
        Claim claim = claimOne("first");
        for (int i = 0; i < 4; i++) {
            pass(LEASE.dividedBy(2));
            assertThat(store().renew(List.of(claim), LEASE)).containsExactly(claim);
            assertThat(claim("second")).isEmpty();
        }
    }

    @Test
    void renew_lostClaim_isLeftOut() {
        enqueue(create("a", "{}"));
        enqueue(create("b", "{}"));
        List<Claim> both = claim("first");
        settle(Settlement.completed(both.get(0), Optional.empty(), Optional.empty()));
        assertThat(store().renew(both, LEASE)).containsExactly(both.get(1));
        pass(LONGER);
        Claim second = claimOne("second");
        assertThat(store().renew(both, LEASE)).isEmpty();
        assertThat(store().renew(List.of(second), LEASE)).containsExactly(second);
    }

    @Test
    void pin_lostClaim_changesNothing() {
        long number = enqueue(create("a", "{}"));
        Claim first = claimOne("first");
        pass(LONGER);
        Claim second = claimOne("second");
        assertThat(store().pin(List.of(pinned(first, "{\"late\":true}")))).isEmpty();
        assertThat(found(number).pinned()).isEmpty();
        assertThat(store().pin(List.of(pinned(second, "{}")))).containsExactly(second);
        assertThat(found(number).pinned()).contains(pinned(second, "{}").edit());
    }
}
