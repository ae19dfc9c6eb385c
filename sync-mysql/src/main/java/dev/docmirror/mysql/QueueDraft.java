package dev.docmirror.mysql;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;

/** The next version of a queued operation, being made. */
final class QueueDraft {
    private final QueuedOperation from;
    private SyncOperation operation;
    private OperationState state;
    private int attempts;
    private Optional<Instant> dueAt;
    private Instant changedAt;
    private Optional<DocumentEdit> pinned;
    private Optional<Revision> result;
    private Optional<Revision> server;
    private Optional<String> reason;

    QueueDraft(QueuedOperation from) {
        this.from = from;
        this.operation = from.operation();
        this.state = from.state();
        this.attempts = from.attempts();
        this.dueAt = from.dueAt();
        this.changedAt = from.changedAt();
        this.pinned = from.pinned();
        this.result = from.result();
        this.server = from.server();
        this.reason = from.reason();
    }

    /** In another state, which is due at no time and has nothing against it. */
    QueueDraft becomes(OperationState next, Instant now) {
        state = next;
        changedAt = now;
        dueAt = Optional.empty();
        server = Optional.empty();
        return this;
    }

    QueueDraft doing(SyncOperation changed) {
        operation = changed;
        return this;
    }

    QueueDraft attempts(int failed) {
        attempts = failed;
        return this;
    }

    QueueDraft due(Optional<Instant> time) {
        dueAt = time.map(Times::micros);
        return this;
    }

    QueueDraft unpinned() {
        pinned = Optional.empty();
        return this;
    }

    QueueDraft result(Optional<Revision> written) {
        result = written;
        return this;
    }

    QueueDraft server(Optional<Revision> against) {
        server = against;
        return this;
    }

    QueueDraft reason(Optional<String> why) {
        reason = why.map(Reasons::cut);
        return this;
    }

    QueuedOperation build() {
        return new QueuedOperation(
                from.number(),
                operation,
                state,
                attempts,
                from.enqueuedAt(),
                dueAt,
                changedAt,
                pinned,
                result,
                server,
                reason);
    }
}
