package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link dev.docmirror.queue.QueueStore} has to keep about what becomes of operations: only whoever holds one
 * settles it, and followers go where it leads.
 */
public abstract class QueueSettlementContractTest extends QueueContract {

    @Test
    void settle_completed_isFinal() {
        long number = enqueue(create("a", "{}"));
        pass(Duration.ofMinutes(3));
        Claim claim = claimOne("w");
        store().pin(List.of(pinned(claim, "{}")));
        complete(claim, 1);
        QueuedOperation done = found(number);
        assertThat(done.state()).isEqualTo(OperationState.COMPLETED);
        assertThat(done.result()).contains(revision(1));
        assertThat(done.reason()).isEmpty();
        assertThat(done.dueAt()).isEmpty();
        assertThat(done.pinned()).isEmpty();
        assertThat(done.changedAt()).isAfterOrEqualTo(done.enqueuedAt());
        assertThat(claim("w")).isEmpty();
    }

    @Test
    void settle_conflict_keepsTheServersRevisionAndHoldsBackTheFollowers() {
        long number = enqueue(apart("a", 1));
        enqueue(apart("a", 2));
        Claim claim = claimOne("w");
        store().pin(List.of(pinned(claim, "{}")));
        settle(Settlement.conflict(claim, Optional.of(revision(7)), "changed meanwhile"));
        QueuedOperation conflict = found(number);
        assertThat(conflict.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(conflict.server()).contains(revision(7));
        assertThat(conflict.reason()).contains("changed meanwhile");
        assertThat(conflict.dueAt()).isEmpty();
        assertThat(conflict.pinned()).as("it was not written").isEmpty();
        assertThat(conflict.attempts()).isZero();
        assertThat(conflict.isStuck()).isTrue();
        pass(LONGER);
        assertThat(claim("w")).isEmpty();
    }

    @Test
    void settle_failedWithATryLeft_isTriedAgainWhenDue() {
        long number = enqueue(patch("a", "{}"));
        Claim claim = claimOne("w");
        store().pin(List.of(pinned(claim, "{\"n\":1}")));
        settle(Settlement.failed(claim, "down", Optional.of(Duration.ofMinutes(2))));
        QueuedOperation failed = found(number);
        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(failed.attempts()).isEqualTo(1);
        assertThat(failed.reason()).contains("down");
        assertThat(failed.dueAt()).contains(failed.changedAt().plus(Duration.ofMinutes(2)));
        assertThat(failed.isStuck()).isFalse();
        assertThat(claim("w")).isEmpty();
        pass(Duration.ofMinutes(3));
        Claim again = claimOne("other");
        assertThat(again.operation().attempts()).isEqualTo(1);
        assertThat(again.operation().pinned())
                .as("it may have been written")
                .contains(pinned(claim, "{\"n\":1}").edit());
    }

    @Test
    void settle_failedForGood_isNotTriedAgainAndHoldsBackTheFollowers() {
        long number = enqueue(apart("a", 1));
        enqueue(apart("a", 2));
        settle(Settlement.refused(claimOne("w"), "forbidden"));
        assertThat(state(number)).isEqualTo(OperationState.FAILED);
        assertThat(found(number).isStuck()).isTrue();
        pass(LONGER);
        assertThat(claim("w")).isEmpty();
    }

    @Test
    void settle_released_isDueAgainWithoutATryCounted() {
        long number = enqueue(create("a", "{}"));
        Claim claim = claimOne("w");
        settle(Settlement.released(claim, Optional.of("the source is away"), Duration.ofMinutes(1)));
        assertThat(state(number)).isEqualTo(OperationState.PENDING);
        assertThat(found(number).attempts()).isZero();
        assertThat(found(number).reason()).contains("the source is away");
        assertThat(claim("w")).isEmpty();
        pass(Duration.ofMinutes(2));
        assertThat(claimed("w")).containsExactly(number);
    }

    @Test
    void settle_again_isDueAsTheNewOperation() {
        long number = enqueue(create("a", "{\"n\":1}").by("ann", "tablet"));
        Claim claim = claimOne("w");
        store().pin(List.of(pinned(claim, "{\"n\":1}")));
        SyncOperation again = claim.operation().operation().rebased(revision(4));
        settle(Settlement.again(claim, again, "the client wins", Duration.ZERO));
        Claim next = claimOne("w");
        assertThat(next.operation().number()).isEqualTo(number);
        assertThat(next.operation().operation()).isEqualTo(again);
        assertThat(next.operation().pinned()).isEmpty();
    }

    @Test
    void settle_lostClaim_changesNothing() {
        long number = enqueue(create("a", "{}"));
        Claim first = claimOne("first");
        pass(LONGER);
        Claim second = claimOne("second");
        QueuedOperation before = found(number);
        for (Settlement late : List.of(
                Settlement.completed(first, Optional.of(revision(9)), Optional.empty()),
                Settlement.conflict(first, Optional.empty(), "late"),
                Settlement.failed(first, "late", Optional.of(Duration.ZERO)),
                Settlement.released(first, Optional.empty(), Duration.ZERO),
                Settlement.again(first, update("a", "{}"), "late", Duration.ZERO))) {
            assertThat(store().settle(List.of(late))).isEmpty();
            assertThat(found(number)).isEqualTo(before);
        }
        complete(second, 1);
        assertThat(settle(Settlement.refused(second, "twice"))).isFalse();
        assertThat(state(number)).isEqualTo(OperationState.COMPLETED);
    }

    @Test
    void settle_severalOfWhichOneIsLost_recordsTheOthers() {
        enqueue(create("a", "{}"));
        Claim lost = claimOne("first");
        pass(LONGER);
        claimOne("second");
        enqueue(create("b", "{}"));
        enqueue(create("c", "{}"));
        List<Settlement> settlements = new ArrayList<>();
        List<Claim> claims = new ArrayList<>(claim("first"));
        claims.add(1, lost);
        claims.forEach(
                claim -> settlements.add(Settlement.completed(claim, Optional.of(revision(1)), Optional.empty())));
        assertThat(store().settle(settlements)).containsExactly(settlements.get(0), settlements.get(2));
        assertThat(all().stream().map(QueuedOperation::state))
                .containsExactly(OperationState.PROCESSING, OperationState.COMPLETED, OperationState.COMPLETED);
    }

    @Test
    void settle_leaseThatRanOutUnnoticed_isRecorded() {
        long number = enqueue(create("a", "{}"));
        Claim claim = claimOne("w");
        pass(LONGER);
        complete(claim, 1);
        assertThat(state(number)).isEqualTo(OperationState.COMPLETED);
    }

    @Test
    void settle_completedWithARevision_movesTheFollowersFromTheSameBase() {
        enqueue(update("a", "{\"n\":1}").onRevision(revision(1)));
        Claim first = claimOne("w");
        long same = enqueue(update("a", "{\"n\":2}").onRevision(revision(1)));
        long other = enqueue(update("a", "{\"n\":3}").onRevision(revision(5)));
        long sameToo = enqueue(delete("a").onRevision(revision(1)));
        long none = enqueue(update("a", "{\"n\":4}"));
        long elsewhere = enqueue(update("b", "{\"n\":1}").onRevision(revision(1)));
        complete(first, 2);
        assertThat(found(same).operation().base()).contains(revision(2));
        assertThat(found(sameToo).operation().base()).contains(revision(2));
        assertThat(found(other).operation().base()).contains(revision(5));
        assertThat(found(none).operation().base()).isEmpty();
        assertThat(found(elsewhere).operation().base()).contains(revision(1));
        store().claim("w", 1, LEASE).forEach(claim -> complete(claim, 3));
        assertThat(found(sameToo).operation().base()).contains(revision(3));
    }

    @Test
    void settle_completedWithARevision_movesTheFollowersFromTheSameVersion() {
        enqueue(update("a", "{\"n\":1}").onVersion(7));
        Claim first = claimOne("w");
        long same = enqueue(update("a", "{\"n\":2}").onVersion(7));
        long other = enqueue(update("a", "{\"n\":3}").onVersion(8));
        complete(first, 2);
        assertThat(found(same).operation().base()).contains(revision(2));
        assertThat(found(same).operation().version()).isEmpty();
        assertThat(found(other).operation().base()).isEmpty();
        assertThat(found(other).operation().version()).isEqualTo(OptionalLong.of(8));
    }

    @Test
    void settle_completedWithoutARevision_leavesTheFollowers() {
        enqueue(update("a", "{\"n\":1}").onRevision(revision(1)));
        Claim first = claimOne("w");
        long same = enqueue(update("a", "{\"n\":2}").onRevision(revision(1)));
        settle(Settlement.completed(first, Optional.empty(), Optional.of("the server wins")));
        assertThat(found(same).operation().base()).contains(revision(1));
    }

    @Test
    void settle_again_movesTheFollowersToTheNewBase() {
        enqueue(update("a", "{\"n\":1}").onRevision(revision(1)));
        Claim first = claimOne("w");
        long same = enqueue(update("a", "{\"n\":2}").onRevision(revision(1)));
        SyncOperation again = first.operation().operation().rebased(revision(4));
        settle(Settlement.again(first, again, "the client wins", Duration.ZERO));
        assertThat(found(same).operation().base()).contains(revision(4));
    }
}
