package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.docmirror.mysql.QueueTrail.Change;
import dev.docmirror.queue.Folding;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;

/**
 * Operations coming in, in a transaction of any isolation that may last long. Holds the document and what it wrote until
 * the end, and waits for nothing but other hosts that enqueue on the same document: never for a worker.
 */
final class QueueEntrance {
    private final QueueRows rows;
    private final QueueDocuments documents;
    private final QueueTrail trail;
    private final Server server;
    private final QueueBodies bodies;

    QueueEntrance(Connection connection, Server server, QueueBodies bodies) {
        this.rows = new QueueRows(connection, bodies);
        this.bodies = bodies;
        this.documents = new QueueDocuments(connection);
        this.trail = new QueueTrail(connection);
        this.server = server;
    }

    QueuedOperation enqueue(SyncOperation operation) throws SQLException {
        DocKey document = DocKey.of(operation.id());
        QueueDocuments.Held held = documents.hold(document);
        String by = operation.user().orElse("host");
        if (held.waits()) {
            // What a worker has just taken is skipped: it is being processed.
            Optional<QueueRow> waiting = rows.lockWaiting(held.newest());
            if (waiting.isPresent() && !QueueBodies.isShut(waiting.get().operation())) {
                Optional<QueuedOperation> folded = fold(waiting.get(), operation, by, held.now());
                if (folded.isPresent()) {
                    return folded.get();
                }
            }
        }
        return add(document, operation, by, held.now());
    }

    private QueuedOperation add(DocKey document, SyncOperation operation, String by, Instant now) throws SQLException {
        Instant due = Times.micros(now.plus(operation.delay()));
        long number = rows.insert(document, operation, now, due);
        documents.newest(document, number);
        trail.write(new Change(number, now, by, Optional.empty(), OperationState.PENDING, Optional.empty()));
        return new QueuedOperation(
                number,
                operation,
                OperationState.PENDING,
                0,
                now,
                Optional.of(due),
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Empty if the two stay apart. */
    private Optional<QueuedOperation> fold(QueueRow waiting, SyncOperation newer, String by, Instant now)
            throws SQLException {
        Folding.Result result = Folding.fold(waiting.operation(), newer, now);
        QueueDraft draft = new QueueDraft(waiting.operation());
        if (result instanceof Folding.Result.Folded folded && bodies.fits(folded.sum(), server)) {
            QueuedOperation sum =
                    draft.doing(folded.sum()).due(Optional.of(folded.dueAt())).build();
            rows.fold(sum);
            trail.write(new Change(
                    sum.number(),
                    now,
                    by,
                    Optional.of(sum.state()),
                    sum.state(),
                    Optional.of("folded: " + newer.kind())));
            return Optional.of(sum);
        }
        if (result instanceof Folding.Result.Nothing) {
            Optional<String> why = Optional.of(Folding.NOTHING_LEFT);
            QueuedOperation nothing =
                    draft.becomes(OperationState.CANCELLED, now).reason(why).build();
            rows.writeStates(List.of(nothing));
            documents.notNewest(waiting.document(), nothing.number());
            trail.write(
                    new Change(nothing.number(), now, by, Optional.of(waiting.state()), OperationState.CANCELLED, why));
            return Optional.of(nothing);
        }
        return Optional.empty();
    }
}
