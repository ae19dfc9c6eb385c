package dev.docmirror.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.node.ObjectNode;

/**
 * A row of {@code sync_queue}.
 *
 * @param document the key of its document
 * @param token that of its latest claim
 */
record QueueRow(QueuedOperation operation, DocKey document, long token) {
    /** What {@link #read} needs. */
    static final String COLUMNS = "operation_id, doc_key, id, kind, type, body, base_revision, base_version, user_id,"
            + " device_id, client_time, delay_nanos, state, attempts, claim_token, pin_parent, pin_deleted, pin_body,"
            + " result_revision, server_revision, reason, "
            + Times.text("enqueued_at") + " AS enqueued, "
            + Times.text("due_at") + " AS due, "
            + Times.text("changed_at") + " AS changed";

    long number() {
        return operation.number();
    }

    OperationState state() {
        return operation.state();
    }

    static QueueRow read(ResultSet row, QueueBodies bodies) throws SQLException {
        DocumentId id = DocumentId.of(row.getString("id"));
        QueuedOperation operation = new QueuedOperation(
                row.getLong("operation_id"),
                operation(id, row, bodies),
                OperationState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                Times.read(row, "enqueued").orElseThrow(),
                Times.read(row, "due"),
                Times.read(row, "changed").orElseThrow(),
                pin(id, row, bodies),
                revision(row, "result_revision"),
                revision(row, "server_revision"),
                Optional.ofNullable(row.getString("reason")));
        return new QueueRow(operation, new DocKey(row.getBytes("doc_key")), row.getLong("claim_token"));
    }

    private static SyncOperation operation(DocumentId id, ResultSet row, QueueBodies bodies) throws SQLException {
        return new SyncOperation(
                SyncOperation.Kind.valueOf(row.getString("kind")),
                row.getString("type"),
                id,
                body(id, row, "body", bodies),
                revision(row, "base_revision"),
                version(row),
                Optional.ofNullable(row.getString("user_id")),
                Optional.ofNullable(row.getString("device_id")),
                Optional.ofNullable(row.getString("client_time")).map(Instant::parse),
                Duration.ofNanos(row.getLong("delay_nanos")));
    }

    private static Optional<DocumentEdit> pin(DocumentId id, ResultSet row, QueueBodies bodies) throws SQLException {
        Optional<ObjectNode> body = body(id, row, "pin_body", bodies);
        Optional<Revision> parent = revision(row, "pin_parent");
        boolean deleted = row.getInt("pin_deleted") != 0;
        return body.map(fields -> new DocumentEdit(id, parent, deleted, fields));
    }

    static OptionalLong version(ResultSet row) throws SQLException {
        long version = row.getLong("base_version");
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
    }

    static Optional<Revision> revision(ResultSet row, String label) throws SQLException {
        return Optional.ofNullable(row.getString(label)).map(Revision::of);
    }

    private static Optional<ObjectNode> body(DocumentId id, ResultSet row, String label, QueueBodies bodies)
            throws SQLException {
        byte[] json = row.getBytes(label);
        return json == null ? Optional.empty() : Optional.of(bodies.opened(id, json));
    }
}
