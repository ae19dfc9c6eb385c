package dev.docmirror.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.error.SyncException;
import dev.docmirror.queue.PushReport.OperationConflict;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.Verdicts.Verdict;

/** Sums up one run. Confined to one thread. */
final class PushTally {
    private final Set<Long> taken = new HashSet<>();
    private final Map<Long, Boolean> succeeded = new HashMap<>();
    private final List<OperationConflict> conflicts = new ArrayList<>();

    void taken(List<Claim> claims) {
        claims.forEach(claim -> taken.add(claim.operation().number()));
    }

    void settled(Verdict verdict) {
        Settlement settlement = verdict.settlement();
        QueuedOperation operation = settlement.claim().operation();
        verdict.conflict()
                .ifPresent(reason -> conflicts.add(new OperationConflict(
                        operation.number(),
                        operation.operation().type(),
                        operation.operation().id(),
                        verdict.resolution(),
                        reason)));
        succeeded.remove(operation.number());
        if (settlement.next() == OperationState.FAILED) {
            succeeded.put(operation.number(), false);
        } else if (settlement.next() == OperationState.COMPLETED
                && verdict.conflict().isEmpty()) {
            succeeded.put(operation.number(), true);
        }
    }

    PushReport report(Optional<SyncException> failure) {
        int successes = (int) succeeded.values().stream().filter(each -> each).count();
        return new PushReport(
                taken.size(), successes, succeeded.size() - successes, conflicts.size(), conflicts, failure);
    }
}
