package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.DocumentId;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link dev.docmirror.queue.QueueStore} has to keep about operations that come: nothing lost, nothing altered,
 * folded or not. Who takes them is in {@link QueueClaimContractTest}, what becomes of them in
 * {@link QueueSettlementContractTest} and {@link QueueChangeContractTest}, what is told about them in
 * {@link QueueReportContractTest}.
 */
public abstract class QueueStoreContractTest extends QueueContract {

    @Test
    void enqueue_everyField_isReadAsGiven() {
        SyncOperation operation = new SyncOperation(
                SyncOperation.Kind.PATCH,
                "Größe",
                id("note ü/😀"),
                Optional.of(json("{\"b\":1.10,\"a\":123456789012345678901234567890,\"text\":\"\\u0000 ü 😀\","
                        + "\"gone\":null,\"list\":[1,null,{\"e\":1E-7}]}")),
                Optional.of(revision(12)),
                OptionalLong.of(Long.MAX_VALUE),
                Optional.of("nurse é"),
                Optional.of("tablet 7"),
                Optional.of(Instant.parse("1969-12-31T23:59:59.000001Z")),
                Duration.ofSeconds(90));
        QueuedOperation queued = store().enqueue(operation);
        QueuedOperation found = found(queued.number());
        assertThat(found).isEqualTo(queued);
        assertThat(found.operation()).isEqualTo(operation);
        assertThat(text(found)).isEqualTo(operation.body().map(Object::toString));
        assertThat(found.state()).isEqualTo(OperationState.PENDING);
        assertThat(found.attempts()).isZero();
        assertThat(found.dueAt()).contains(found.enqueuedAt().plusSeconds(90));
        assertThat(found.changedAt()).isEqualTo(found.enqueuedAt());
        assertThat(found.pinned()).isEmpty();
        assertThat(found.result()).isEmpty();
        assertThat(found.server()).isEmpty();
        assertThat(found.reason()).isEmpty();
    }

    private static Optional<String> text(QueuedOperation queued) {
        return queued.operation().body().map(Object::toString);
    }

    @Test
    void enqueue_eachKind_isReadAsGiven() {
        for (SyncOperation operation :
                List.of(create("a", "{}"), update("b", "{\"n\":1}"), patch("c", "{\"n\":null}"), delete("d"))) {
            assertThat(found(enqueue(operation)).operation()).isEqualTo(operation);
        }
    }

    @Test
    void enqueue_largeBody_isKeptWhole() {
        SyncOperation large = create("a", "{\"text\":\"" + "x".repeat(1_000_000) + "\"}");
        assertThat(found(enqueue(large)).operation()).isEqualTo(large);
    }

    @Test
    void enqueue_idsThatLookAlike_areDocumentsOfTheirOwn() {
        for (DocumentId id : LookAlikes.IDS) {
            enqueue(SyncOperation.create("note", id, json("{}")));
        }
        assertThat(claim("w").stream()
                        .map(claim -> claim.operation().operation().id()))
                .containsExactlyElementsOf(LookAlikes.IDS);
    }

    @Test
    void enqueue_onOneThatWaits_isFoldedIntoIt() {
        QueuedOperation first = store().enqueue(create("a", "{\"n\":1}").by("ann", "tablet"));
        pass(Duration.ofMinutes(1));
        QueuedOperation second = store().enqueue(patch("a", "{\"n\":2,\"m\":3}").by("bob", "phone"));
        assertThat(second.number()).isEqualTo(first.number());
        assertThat(second.operation())
                .isEqualTo(create("a", "{\"n\":2,\"m\":3}").by("bob", "phone"));
        assertThat(all()).containsExactly(second);
        assertThat(second.dueAt()).isEqualTo(found(first.number()).dueAt());
        assertThat(claim("w")).hasSize(1);
    }

    @Test
    void enqueue_deletionOfOneThatWaitsToBeCreated_leavesNothingToDo() {
        long number = enqueue(create("a", "{\"n\":1}"));
        QueuedOperation nothing = store().enqueue(delete("a"));
        assertThat(nothing.number()).isEqualTo(number);
        assertThat(nothing.state()).isEqualTo(OperationState.CANCELLED);
        assertThat(nothing.reason()).contains("folded: created and deleted again");
        assertThat(claim("w")).isEmpty();
        long next = enqueue(create("a", "{\"n\":2}"));
        assertThat(next).isGreaterThan(number);
        assertThat(claimed("w")).containsExactly(next);
    }

    @Test
    void enqueue_onOneThatIsProcessed_waitsBehindIt() {
        long first = enqueue(update("a", "{\"n\":1}"));
        Claim claim = claimOne("w");
        long second = enqueue(update("a", "{\"n\":2}"));
        long third = enqueue(update("a", "{\"n\":3}"));
        assertThat(second).isGreaterThan(first);
        assertThat(third).as("folded into the second").isEqualTo(second);
        assertThat(claim("other")).isEmpty();
        complete(claim, 2);
        assertThat(claimed("other")).containsExactly(second);
    }

    @Test
    void enqueue_onOneThatFailedOrIsFinal_isAnOperationOfItsOwn() {
        long failed = enqueue(update("a", "{\"n\":1}"));
        settle(Settlement.failed(claimOne("w"), "down", Optional.of(LONGER)));
        long done = enqueue(update("b", "{\"n\":1}"));
        complete(claimOne("w"), 2);
        assertThat(enqueue(update("a", "{\"n\":2}"))).isNotEqualTo(failed);
        assertThat(enqueue(update("b", "{\"n\":2}"))).isNotEqualTo(done);
    }

    @Test
    void enqueue_onOneThatMayHaveBeenSent_isAnOperationOfItsOwn() {
        long first = enqueue(update("a", "{\"n\":1}"));
        Claim claim = claimOne("w");
        assertThat(store().pin(List.of(pinned(claim, "{\"n\":1}")))).containsExactly(claim);
        settle(Settlement.released(claim, Optional.empty(), Duration.ZERO));
        assertThat(state(first)).isEqualTo(OperationState.PENDING);
        assertThat(enqueue(update("a", "{\"n\":2}"))).isNotEqualTo(first);
    }

    @Test
    void enqueue_delayedMore_neitherLosesTheDelayNorHoldsUpTheOther() {
        long first = enqueue(update("a", "{\"n\":1}"));
        long second = enqueue(update("a", "{\"n\":2}").after(Duration.ofMinutes(5)));
        assertThat(second).isNotEqualTo(first);
        complete(claimOne("w"), 2);
        assertThat(claim("w")).isEmpty();
        pass(Duration.ofMinutes(6));
        assertThat(claimed("w")).containsExactly(second);
    }

    @Test
    void enqueue_fromManyThreads_foldsEachIntoOne() throws Exception {
        AtomicInteger fields = new AtomicInteger();
        concurrently(4, () -> {
            for (int i = 0; i < 25; i++) {
                int field = fields.incrementAndGet();
                enqueue(patch("a" + field % 3, "{\"f" + field + "\":" + field + "}"));
            }
            return true;
        });
        List<QueuedOperation> all = all();
        assertThat(all).hasSize(3);
        assertThat(all.stream()
                        .mapToInt(each -> each.operation().body().orElseThrow().size())
                        .sum())
                .isEqualTo(100);
    }

    @Test
    void enqueue_whileWorkersClaim_losesNothing() throws Exception {
        AtomicInteger fields = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        concurrently(4, () -> {
            for (int i = 0; i < 20; i++) {
                int field = fields.incrementAndGet();
                enqueue(patch("a" + field % 2, "{\"f" + field + "\":1}"));
                for (Claim claim : claim("w" + field)) {
                    seen.addAndGet(
                            claim.operation().operation().body().orElseThrow().size());
                    complete(claim, 2);
                }
            }
            return true;
        });
        // Several may wait on one document: a store need not fold into what another claim has just looked at.
        for (List<Claim> left = claim("last"); !left.isEmpty(); left = claim("last")) {
            for (Claim claim : left) {
                seen.addAndGet(
                        claim.operation().operation().body().orElseThrow().size());
                complete(claim, 2);
            }
        }
        assertThat(seen).hasValue(80);
    }
}
