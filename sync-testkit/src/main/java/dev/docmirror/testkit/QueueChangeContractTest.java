package dev.docmirror.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link dev.docmirror.queue.QueueStore} has to keep about changes by hand: only what an operation's state
 * allows, and followers go where it leads.
 */
public abstract class QueueChangeContractTest extends QueueContract {

    @Test
    void retry_failedForGood_isDueWithAllTries() {
        long number = enqueue(create("a", "{}"));
        Claim claim = claimOne("w");
        store().pin(List.of(pinned(claim, "{}")));
        settle(Settlement.failed(claim, "down", Optional.empty()));
        QueuedOperation retried = change(number, new ManualChange.Retry()).orElseThrow();
        assertThat(retried).isEqualTo(found(number));
        assertThat(retried.state()).isEqualTo(OperationState.PENDING);
        assertThat(retried.attempts()).isZero();
        assertThat(retried.reason()).contains("because");
        assertThat(retried.pinned()).as("it may have been written").isPresent();
        assertThat(claimed("w")).containsExactly(number);
    }

    @Test
    void redo_conflict_isDueOnTheServersVersionAndTakesTheFollowersAlong() {
        long number = enqueue(update("a", "{\"n\":1}").onRevision(revision(1)));
        Claim claim = claimOne("w");
        long follower = enqueue(update("a", "{\"n\":2}").onRevision(revision(1)));
        settle(Settlement.conflict(claim, Optional.of(revision(3)), "changed meanwhile"));
        SyncOperation redone = found(number).operation().rebased(revision(3));
        assertThat(change(number, new ManualChange.Redo(redone))).contains(found(number));
        assertThat(found(follower).operation().base()).contains(revision(3));
        assertThat(found(number).server()).isEmpty();
        Claim again = claimOne("w");
        assertThat(again.operation().operation()).isEqualTo(redone);
    }

    @Test
    void yield_conflict_isCompletedWithoutAResult() {
        long number = enqueue(apart("a", 1));
        settle(Settlement.conflict(claimOne("w"), Optional.of(revision(3)), "changed meanwhile"));
        long next = enqueue(apart("a", 2));
        change(number, new ManualChange.Yield());
        assertThat(state(number)).isEqualTo(OperationState.COMPLETED);
        assertThat(found(number).result()).isEmpty();
        assertThat(claimed("w")).containsExactly(next);
    }

    @Test
    void cancel_oneThatWaits_letsTheFollowersGo() {
        long number = enqueue(apart("a", 1).after(Duration.ofMinutes(5)));
        long next = enqueue(apart("a", 2));
        assertThat(change(number, new ManualChange.Cancel()).map(QueuedOperation::state))
                .contains(OperationState.CANCELLED);
        assertThat(found(number).dueAt()).isEmpty();
        assertThat(claimed("w")).containsExactly(next);
    }

    @Test
    void change_eachStateAndKind_isMadeOnlyWhereItIsAllowed() {
        for (OperationState state : OperationState.values()) {
            for (int i = 0; i < 4; i++) {
                String id = state + "-" + i;
                ManualChange change = List.of(
                                new ManualChange.Retry(),
                                new ManualChange.Redo(update(id, "{}")),
                                new ManualChange.Cancel(),
                                new ManualChange.Yield())
                        .get(i);
                long number = in(state, id);
                QueuedOperation before = found(number);
                Optional<QueuedOperation> changed = change(number, change);
                assertThat(changed.isPresent())
                        .as("%s of %s", change.getClass().getSimpleName(), state)
                        .isEqualTo(change.allows(state));
                assertThat(found(number)).isEqualTo(changed.orElse(before));
                if (changed.isPresent()) {
                    assertThat(state.mayBecome(changed.get().state())).isTrue();
                }
            }
        }
        assertThat(change(Long.MAX_VALUE, new ManualChange.Cancel())).isEmpty();
    }

    private Optional<QueuedOperation> change(long number, ManualChange change) {
        return store().change(number, change, "admin", "because");
    }

    /** An operation that was brought into a state. */
    private long in(OperationState state, String id) {
        long number = enqueue(create(id, "{}").after(Duration.ZERO));
        if (state == OperationState.PENDING) {
            return number;
        }
        if (state == OperationState.CANCELLED) {
            change(number, new ManualChange.Cancel());
            return number;
        }
        Claim claim = claim("w").stream()
                .filter(each -> each.operation().number() == number)
                .findFirst()
                .orElseThrow();
        switch (state) {
            case COMPLETED -> complete(claim, 1);
            case CONFLICT -> settle(Settlement.conflict(claim, Optional.empty(), "changed meanwhile"));
            case FAILED -> settle(Settlement.refused(claim, "forbidden"));
            default -> assertThat(state).isEqualTo(OperationState.PROCESSING);
        }
        return number;
    }
}
