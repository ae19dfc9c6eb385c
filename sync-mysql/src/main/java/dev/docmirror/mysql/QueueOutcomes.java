package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.mysql.QueueTrail.Change;
import dev.docmirror.queue.ManualChange;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueueStore.Pin;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;

/** What becomes of operations: by the workers that have them, in READ COMMITTED, and by hand. */
final class QueueOutcomes {
    private final QueueRows rows;
    private final QueueDocuments documents;
    private final QueueTrail trail;
    private final QueueFollowers followers;
    private final Server server;
    private final QueueBodies bodies;

    private QueueOutcomes(Connection connection, Server server, QueueBodies bodies, QueueFollowers followers) {
        this.rows = new QueueRows(connection, bodies);
        this.bodies = bodies;
        this.documents = new QueueDocuments(connection);
        this.trail = new QueueTrail(connection);
        this.followers = followers;
        this.server = server;
    }

    static QueueOutcomes ofWorkers(Connection connection, Server server, QueueBodies bodies) {
        return new QueueOutcomes(connection, server, bodies, QueueFollowers.readCommitted(connection));
    }

    static QueueOutcomes byHand(Connection connection, Server server, QueueBodies bodies) {
        return new QueueOutcomes(connection, server, bodies, QueueFollowers.anyIsolation(connection));
    }

    List<Claim> pin(Collection<Pin> pins) throws SQLException {
        for (Pin pin : pins) {
            bodies.check(pin.edit().id(), Optional.of(pin.edit().body()), server);
        }
        Map<Long, QueueRow> held =
                QueueClaims.held(rows, pins.stream().map(Pin::claim).toList());
        List<Pin> holding = pins.stream()
                .filter(pin -> QueueClaims.holds(held, pin.claim()))
                .toList();
        rows.pin(holding.stream()
                .map(pin -> new QueueRows.QueuePin(pin.claim().operation().number(), QueueBodies.stored(pin.edit())))
                .toList());
        return holding.stream().map(Pin::claim).toList();
    }

    List<Settlement> settle(Collection<Settlement> settlements) throws SQLException {
        for (Settlement settlement : settlements) {
            if (settlement.operation().isPresent()) {
                SyncOperation operation = settlement.operation().get();
                bodies.check(operation.id(), operation.body(), server);
            }
        }
        Map<Long, QueueRow> held = QueueClaims.held(
                rows, settlements.stream().map(Settlement::claim).toList());
        List<Settlement> recorded = new ArrayList<>();
        List<QueuedOperation> changed = new ArrayList<>();
        List<QueuedOperation> redone = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        List<QueueRow> before = new ArrayList<>();
        Instant now = rows.now();
        for (Settlement settlement : settlements) {
            if (!QueueClaims.holds(held, settlement.claim())) {
                continue;
            }
            QueueRow row = Objects.requireNonNull(
                    held.remove(settlement.claim().operation().number()));
            QueuedOperation after = after(row.operation(), settlement, now);
            recorded.add(settlement);
            before.add(row);
            changed.add(after);
            if (settlement.operation().isPresent()) {
                redone.add(after);
            }
            changes.add(new Change(
                    row.number(),
                    now,
                    settlement.claim().worker(),
                    Optional.of(row.state()),
                    after.state(),
                    settlement.reason()));
        }
        rows.writeOperations(redone);
        rows.writeStates(changed);
        trail.write(changes);
        for (int i = 0; i < recorded.size(); i++) {
            rebase(before.get(i), recorded.get(i).result(), recorded.get(i).operation());
        }
        followers.wake(changed.stream()
                .filter(each -> each.state().isFinal())
                .map(QueuedOperation::number)
                .toList());
        return recorded;
    }

    private static QueuedOperation after(QueuedOperation before, Settlement settlement, Instant now) {
        OperationState next = settlement.next();
        QueueDraft draft = new QueueDraft(before)
                .becomes(next, now)
                .attempts(before.attempts() + (next == OperationState.FAILED ? 1 : 0))
                .due(settlement.retryIn().map(now::plus))
                .result(settlement.result())
                .server(settlement.server())
                .reason(settlement.reason());
        settlement.operation().map(QueueBodies::stored).ifPresent(draft::doing);
        if (!settlement.keepsPin()) {
            draft.unpinned();
        }
        return draft.build();
    }

    /** The later ones follow to where this one leads. */
    private void rebase(QueueRow before, Optional<Revision> written, Optional<SyncOperation> redone)
            throws SQLException {
        Optional<Revision> base = written.or(() -> redone.flatMap(SyncOperation::base));
        if (base.isPresent()) {
            followers.rebase(before, base.get());
        }
    }

    Optional<QueuedOperation> change(long number, ManualChange change, String by, String reason) throws SQLException {
        List<QueueRow> found = rows.lock(List.of(number));
        if (found.isEmpty() || !change.allows(found.get(0).state())) {
            return Optional.empty();
        }
        QueueRow row = found.get(0);
        Instant now = rows.now();
        QueueDraft draft =
                new QueueDraft(row.operation()).becomes(change.next(), now).reason(Optional.of(reason));
        if (change.next() == OperationState.PENDING) {
            draft.attempts(0).due(Optional.of(now));
        }
        Optional<SyncOperation> redone = Optional.empty();
        if (change instanceof ManualChange.Redo redo) {
            SyncOperation operation = QueueBodies.stored(redo.operation());
            if (!operation.id().equals(row.operation().operation().id())) {
                throw new IllegalArgumentException("operation: must be on document "
                        + row.operation().operation().id() + ", was on " + operation.id());
            }
            bodies.check(operation.id(), operation.body(), server);
            redone = Optional.of(operation);
            draft.doing(operation);
            rows.writeOperations(List.of(draft.build()));
        }
        QueuedOperation after = draft.build();
        rows.writeStates(List.of(after));
        trail.write(new Change(number, now, by, Optional.of(row.state()), after.state(), Optional.of(reason)));
        rebase(row, Optional.empty(), redone);
        if (after.state().isFinal()) {
            documents.notNewest(row.document(), number);
            followers.wake(row.document());
        }
        return Optional.of(after);
    }
}
