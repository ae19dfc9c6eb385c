package dev.docmirror.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;

/** What a queue keeps: operations by number, who holds them, and the audit. Not thread-safe. */
final class QueueRecords {
    private final NavigableMap<Long, QueuedOperation> operations = new TreeMap<>();
    private final Map<Long, Hold> holds = new HashMap<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private long lastNumber;

    /** Who has an operation, and until when. */
    record Hold(String worker, long token, Instant until) {}

    Optional<QueuedOperation> find(long number) {
        return Optional.ofNullable(operations.get(number));
    }

    Collection<QueuedOperation> all() {
        return operations.values();
    }

    Optional<Hold> hold(long number) {
        return Optional.ofNullable(holds.get(number));
    }

    void hold(long number, Hold hold) {
        holds.put(number, hold);
    }

    void letGo(long number) {
        holds.remove(number);
    }

    QueuedOperation add(SyncOperation operation, String by, Instant now) {
        lastNumber++;
        QueuedOperation added = new QueuedOperation(
                lastNumber,
                QueueDraft.stored(operation),
                OperationState.PENDING,
                0,
                now,
                Optional.of(now.plus(operation.delay())),
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        operations.put(lastNumber, added);
        audited(lastNumber, now, by, Optional.empty(), OperationState.PENDING, Optional.empty());
        return added;
    }

    /** Replaces an operation by a later state of itself. */
    void put(QueuedOperation changed, String by, Instant now, Optional<String> why) {
        QueuedOperation before = Objects.requireNonNull(operations.put(changed.number(), changed));
        audited(changed.number(), now, by, Optional.of(before.state()), changed.state(), why);
    }

    /** Replaces an operation without a change of state. */
    void putQuietly(QueuedOperation changed) {
        operations.put(changed.number(), changed);
    }

    private void audited(
            long number,
            Instant now,
            String by,
            Optional<OperationState> from,
            OperationState to,
            Optional<String> why) {
        Optional<AuditEntry> last = audit.isEmpty() ? Optional.empty() : Optional.of(audit.get(audit.size() - 1));
        audit.add(AuditEntry.after(last, number, now, by, from, to, why));
    }

    List<AuditEntry> audit(long after, int limit) {
        return audit.stream()
                .filter(entry -> entry.sequence() > after)
                .limit(limit)
                .toList();
    }

    /** The oldest operation that is not final of each document, oldest first. */
    List<QueuedOperation> heads() {
        Set<DocumentId> seen = new HashSet<>();
        return operations.values().stream()
                .filter(each -> !each.state().isFinal())
                .filter(each -> seen.add(each.operation().id()))
                .toList();
    }

    /** The newest operation on a document that is not final. */
    Optional<QueuedOperation> newest(DocumentId id) {
        return operations.descendingMap().values().stream()
                .filter(each -> each.operation().id().equals(id))
                .filter(each -> !each.state().isFinal())
                .findFirst();
    }

    /** Moves the later operations that were made from the same base to another one. */
    void rebase(long number, SyncOperation before, Revision base) {
        for (QueuedOperation later :
                List.copyOf(operations.tailMap(number, false).values())) {
            SyncOperation operation = later.operation();
            if (!later.state().isFinal() && operation.id().equals(before.id()) && operation.sameBase(before)) {
                QueueDraft moved = new QueueDraft(later).doing(operation.rebased(base));
                operations.put(later.number(), moved.build());
            }
        }
    }

    long blocked(Predicate<QueuedOperation> meant) {
        Set<DocumentId> stuck = new HashSet<>();
        long blocked = 0;
        for (QueuedOperation each : operations.values()) {
            if (!each.state().isFinal()) {
                if (stuck.contains(each.operation().id()) && meant.test(each)) {
                    blocked++;
                }
                if (each.isStuck()) {
                    stuck.add(each.operation().id());
                }
            }
        }
        return blocked;
    }

    long purge(Instant before) {
        long kept = operations.size();
        operations
                .values()
                .removeIf(each -> each.state().isFinal() && each.changedAt().isBefore(before));
        return kept - operations.size();
    }

    /** The operations that a filter means, whatever its page. */
    static Predicate<QueuedOperation> meantBy(QueueFilter filter) {
        return each -> (filter.states().isEmpty() || filter.states().contains(each.state()))
                && matches(filter.type(), Optional.of(each.operation().type()))
                && matches(filter.id(), Optional.of(each.operation().id()))
                && matches(filter.user(), each.operation().user())
                && matches(filter.device(), each.operation().device());
    }

    private static <T> boolean matches(Optional<T> wanted, Optional<T> found) {
        return wanted.isEmpty() || wanted.equals(found);
    }
}
