package dev.docmirror.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.docmirror.change.Revision;
import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.Folding;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.QueueRecords.Hold;

/**
 * A queue in memory that passes {@link QueueStoreContractTest}: every call is a transaction of its own, and bodies are
 * kept as text. Thread-safe.
 */
public final class InMemoryQueueStore implements QueueStore {

    /** Where the store can fail or wait. */
    public enum Point {
        ENQUEUE,
        CLAIM,
        RENEW,
        /** Before edits are pinned. */
        PIN,
        /** Before settlements are recorded: nothing is durable if it fails here. */
        SETTLE,
        /** After settlements are recorded: everything is durable, but the answer is lost if it fails here. */
        SETTLE_ANSWER,
        CHANGE,
        /** A read of operations, statistics or the audit. */
        READ,
        PURGE
    }

    private final Clock clock;
    private final Faults<Point> faults = new Faults<>(Point.class);
    private final QueueRecords records = new QueueRecords();
    private long lastToken;

    /** An empty queue on the system's clock. */
    public InMemoryQueueStore() {
        this(Clock.systemUTC());
    }

    /** @param clock the store's time */
    public InMemoryQueueStore(Clock clock) {
        this.clock = clock;
    }

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    @Override
    public QueuedOperation enqueue(SyncOperation operation) {
        return at(Point.ENQUEUE, () -> {
            String by = operation.user().orElse("host");
            return records.newest(operation.id())
                    .flatMap(waiting -> fold(waiting, operation, by))
                    .orElseGet(() -> records.add(operation, by, now()));
        });
    }

    private Optional<QueuedOperation> fold(QueuedOperation waiting, SyncOperation newer, String by) {
        Folding.Result result = Folding.fold(waiting, newer, now());
        QueueDraft draft = new QueueDraft(waiting);
        if (result instanceof Folding.Result.Folded folded) {
            draft.doing(folded.sum()).due(Optional.of(folded.dueAt()));
            return Optional.of(put(draft, by, Optional.of("folded: " + newer.kind())));
        }
        if (result instanceof Folding.Result.Nothing) {
            Optional<String> why = Optional.of(Folding.NOTHING_LEFT);
            return Optional.of(
                    put(draft.becomes(OperationState.CANCELLED, now()).reason(why), by, why));
        }
        return Optional.empty();
    }

    @Override
    public List<Claim> claim(String worker, int limit, Duration lease, Set<String> types) {
        return at(Point.CLAIM, () -> {
            List<Claim> claims = new ArrayList<>();
            for (QueuedOperation head : records.heads()) {
                boolean wanted =
                        types.isEmpty() || types.contains(head.operation().type());
                if (wanted && claims.size() < limit && isDue(head)) {
                    claims.add(give(revived(head, worker), worker, lease));
                }
            }
            return claims;
        });
    }

    private boolean isDue(QueuedOperation head) {
        if (head.state() == OperationState.PROCESSING) {
            return records.hold(head.number())
                    .filter(hold -> hold.until().isAfter(now()))
                    .isEmpty();
        }
        return head.dueAt().filter(due -> !due.isAfter(now())).isPresent();
    }

    private QueuedOperation revived(QueuedOperation head, String worker) {
        if (head.state() != OperationState.PROCESSING) {
            return head;
        }
        Optional<String> why = Optional.of("the lease ran out");
        return put(new QueueDraft(head).becomes(OperationState.PENDING, now()), worker, why);
    }

    private Claim give(QueuedOperation operation, String worker, Duration lease) {
        lastToken++;
        records.hold(operation.number(), new Hold(worker, lastToken, now().plus(lease)));
        QueueDraft draft = new QueueDraft(operation).becomes(OperationState.PROCESSING, now());
        return new Claim(put(draft, worker, Optional.empty()), worker, lastToken);
    }

    @Override
    public List<Claim> renew(Collection<Claim> claims, Duration lease) {
        return at(Point.RENEW, () -> {
            List<Claim> held = claims.stream().filter(this::holds).toList();
            held.forEach(claim -> records.hold(
                    claim.operation().number(), new Hold(claim.worker(), claim.token(), now().plus(lease))));
            return held;
        });
    }

    @Override
    public List<Claim> pin(Collection<Pin> pins) {
        return at(Point.PIN, () -> {
            List<Claim> held = new ArrayList<>();
            for (Pin pin : pins) {
                if (holds(pin.claim())) {
                    QueuedOperation kept = found(pin.claim());
                    records.putQuietly(new QueueDraft(kept).pinned(pin.edit()).build());
                    held.add(pin.claim());
                }
            }
            return held;
        });
    }

    @Override
    public List<Settlement> settle(Collection<Settlement> settlements) {
        List<Settlement> recorded = at(Point.SETTLE, () -> {
            List<Settlement> held =
                    settlements.stream().filter(each -> holds(each.claim())).toList();
            held.forEach(this::settle);
            return held;
        });
        faults.pass(Point.SETTLE_ANSWER);
        return recorded;
    }

    private void settle(Settlement settlement) {
        QueuedOperation before = found(settlement.claim());
        OperationState next = settlement.next();
        QueueDraft draft = new QueueDraft(before)
                .becomes(next, now())
                .attempts(before.attempts() + (next == OperationState.FAILED ? 1 : 0))
                .due(settlement.retryIn().map(now()::plus))
                .result(settlement.result())
                .server(settlement.server())
                .reason(settlement.reason());
        settlement.operation().ifPresent(draft::doing);
        if (!settlement.keepsPin()) {
            draft.unpinned();
        }
        records.letGo(before.number());
        put(draft, settlement.claim().worker(), settlement.reason());
        rebase(before, settlement.operation(), settlement.result());
    }

    /** The later ones follow to where this one leads. */
    private void rebase(QueuedOperation before, Optional<SyncOperation> redone, Optional<Revision> written) {
        written.or(() -> redone.flatMap(SyncOperation::base))
                .ifPresent(base -> records.rebase(before.number(), before.operation(), base));
    }

    @Override
    public Optional<QueuedOperation> change(long number, ManualChange change, String by, String reason) {
        return at(
                Point.CHANGE,
                () -> records.find(number)
                        .filter(found -> change.allows(found.state()))
                        .map(found -> change(found, change, by, reason)));
    }

    private QueuedOperation change(QueuedOperation found, ManualChange change, String by, String reason) {
        QueueDraft draft = new QueueDraft(found).becomes(change.next(), now()).reason(Optional.of(reason));
        if (change.next() == OperationState.PENDING) {
            draft.attempts(0).due(Optional.of(now()));
        }
        QueuedOperation changed;
        if (change instanceof ManualChange.Redo redo) {
            changed = put(draft.doing(redo.operation()), by, Optional.of(reason));
            rebase(found, Optional.of(redo.operation()), Optional.empty());
        } else {
            changed = put(draft, by, Optional.of(reason));
        }
        return changed;
    }

    @Override
    public Optional<QueuedOperation> find(long number) {
        return at(Point.READ, () -> records.find(number));
    }

    @Override
    public List<QueuedOperation> list(QueueFilter filter) {
        return at(
                Point.READ,
                () -> records.all().stream()
                        .filter(QueueRecords.meantBy(filter))
                        .filter(each -> each.number() > filter.after())
                        .limit(filter.limit())
                        .toList());
    }

    @Override
    public QueueStatistics statistics(QueueFilter filter) {
        return at(Point.READ, () -> QueueFigures.of(records, QueueRecords.meantBy(filter)));
    }

    @Override
    public long purge(Instant before) {
        return at(Point.PURGE, () -> records.purge(before));
    }

    @Override
    public List<AuditEntry> audit(long after, int limit) {
        return at(Point.READ, () -> records.audit(after, limit));
    }

    private <T> T at(Point point, Supplier<T> transaction) {
        faults.pass(point);
        synchronized (this) {
            return transaction.get();
        }
    }

    private QueuedOperation put(QueueDraft draft, String by, Optional<String> why) {
        QueuedOperation changed = draft.build();
        records.put(changed, by, now(), why);
        return changed;
    }

    private QueuedOperation found(Claim claim) {
        return records.find(claim.operation().number()).orElseThrow();
    }

    private boolean holds(Claim claim) {
        return records.hold(claim.operation().number())
                .filter(hold -> hold.token() == claim.token())
                .isPresent();
    }

    /** Now, as precise as a database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
