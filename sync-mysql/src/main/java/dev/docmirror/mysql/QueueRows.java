package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import org.jspecify.annotations.Nullable;

/**
 * Statements on rows of {@code sync_queue}. Those that lock name their index: on a small table the optimizer may scan
 * everything, and a scan waits for the rows of transactions that have nothing to do with it.
 */
final class QueueRows {
    private static final String SELECT = "SELECT " + QueueRow.COLUMNS + " FROM sync_queue";
    private static final String BY_NUMBER = SELECT + " FORCE INDEX (PRIMARY) WHERE operation_id IN ";
    private static final String OPERATION = "kind = ?, type = ?, body = ?, base_revision = ?, base_version = ?,"
            + " user_id = ?, device_id = ?, client_time = ?, delay_nanos = ?";
    private static final int OPERATION_PARAMETERS = 9;

    private static final String INSERT =
            "INSERT INTO sync_queue SET doc_key = ?, id = ?, state = 'PENDING', is_open = 1,"
                    + " attempts = 0, enqueued_at = ?, changed_at = ?, due_at = ?, claim_at = ?, claim_token = ?, "
                    + OPERATION;

    private static final String STATE = "UPDATE sync_queue SET state = ?, is_open = ?, attempts = ?, due_at = ?,"
            + " changed_at = ?, claim_at = ?, worker = NULL, result_revision = ?, server_revision = ?, reason = ?,"
            + " pin_parent = IF(?, pin_parent, NULL), pin_deleted = IF(?, pin_deleted, NULL),"
            + " pin_body = IF(?, pin_body, NULL) WHERE operation_id = ?";

    private final Connection connection;
    private final QueueBodies bodies;

    QueueRows(Connection connection, QueueBodies bodies) {
        this.connection = connection;
        this.bodies = bodies;
    }

    Connection connection() {
        return connection;
    }

    /** The database's time. */
    Instant now() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + Times.text("UTC_TIMESTAMP(6)") + " AS now_utc")) {
            row.next();
            return Times.read(row, "now_utc").orElseThrow();
        }
    }

    Optional<QueueRow> find(long number) throws SQLException {
        return byNumber(List.of(number), "").stream().findFirst();
    }

    /** Waits for whoever holds them; lowest number first. */
    List<QueueRow> lock(Collection<Long> numbers) throws SQLException {
        return byNumber(numbers, " ORDER BY operation_id FOR UPDATE");
    }

    /** The operation if it waits and nobody has it, locked. */
    Optional<QueueRow> lockWaiting(long number) throws SQLException {
        return byNumber(List.of(number), " AND state = 'PENDING' AND pin_body IS NULL FOR UPDATE SKIP LOCKED").stream()
                .findFirst();
    }

    private List<QueueRow> byNumber(Collection<Long> numbers, String tail) throws SQLException {
        return numbers.isEmpty() ? List.of() : select(BY_NUMBER + Sql.marks(numbers.size()) + tail, numbers);
    }

    private List<QueueRow> select(String sql, Collection<?> parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Object parameter : parameters) {
                statement.setObject(index++, parameter);
            }
            List<QueueRow> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(QueueRow.read(row, bodies));
                }
            }
            return rows;
        }
    }

    /** Reads a page, see {@link QueueConditions}. */
    List<QueueRow> page(QueueConditions conditions, long after, int limit) throws SQLException {
        List<Object> parameters = new ArrayList<>(conditions.parameters());
        parameters.add(after);
        parameters.add(limit);
        return select(
                SELECT + " WHERE " + conditions.sql() + " AND operation_id > ? ORDER BY operation_id LIMIT ?",
                parameters);
    }

    /** Operations that can be claimed, the one that waits longest first, but for those that others hold. */
    List<QueueRow> lockDue(int limit) throws SQLException {
        return select(
                SELECT + " FORCE INDEX (sync_queue_claim) WHERE claim_at <= UTC_TIMESTAMP(6)"
                        + " ORDER BY claim_at, operation_id LIMIT ? FOR UPDATE SKIP LOCKED",
                List.of(limit));
    }

    /**
     * Operations of some types that seem claimable, the one that waits longest first. Nothing is locked: who locked by
     * this index could wait for one who locked by the other, and the other way round.
     */
    List<Long> due(Set<String> types, int limit) throws SQLException {
        String one = "(SELECT claim_at, operation_id FROM sync_queue FORCE INDEX (sync_queue_types) WHERE type = ?"
                + " AND claim_at <= UTC_TIMESTAMP(6) ORDER BY claim_at, operation_id LIMIT ?)";
        try (PreparedStatement statement = connection.prepareStatement("SELECT operation_id FROM ("
                + String.join(" UNION ALL ", Collections.nCopies(types.size(), one))
                + ") due ORDER BY claim_at, operation_id LIMIT ?")) {
            int index = 1;
            for (String type : types) {
                statement.setString(index++, Unicode.repaired(type));
                statement.setInt(index++, limit);
            }
            statement.setInt(index, limit);
            List<Long> due = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    due.add(row.getLong(1));
                }
            }
            return due;
        }
    }

    /** Those of these operations that can be claimed still, in their order, but for those that others hold. */
    List<QueueRow> lockDue(List<Long> numbers) throws SQLException {
        Map<Long, QueueRow> locked = new HashMap<>();
        byNumber(numbers, " AND claim_at <= UTC_TIMESTAMP(6) FOR UPDATE SKIP LOCKED")
                .forEach(row -> locked.put(row.number(), row));
        return numbers.stream()
                .flatMap(number -> Optional.ofNullable(locked.get(number)).stream())
                .toList();
    }

    /** @return its number */
    long insert(DocKey document, SyncOperation operation, Instant now, Instant due) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            statement.setBytes(1, document.bytes());
            statement.setString(2, operation.id().value());
            statement.setString(3, Values.text(now));
            statement.setString(4, Values.text(now));
            statement.setString(5, Values.text(due));
            statement.setString(6, Values.text(due));
            // Each claim adds one: tokens differ between operations, too.
            statement.setLong(7, ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2));
            bind(statement, 8, operation);
            statement.executeUpdate();
            try (ResultSet key = statement.getGeneratedKeys()) {
                key.next();
                return key.getLong(1);
            }
        }
    }

    /** Replaces an operation that waits by its sum with another; one that is parked stays parked. */
    void fold(QueuedOperation sum) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE sync_queue SET " + OPERATION
                + ", claim_at = IF(claim_at IS NULL, NULL, ?), due_at = ? WHERE operation_id = ?")) {
            String due = Times.column(sum.dueAt());
            bind(statement, 1, sum.operation());
            statement.setString(OPERATION_PARAMETERS + 1, due);
            statement.setString(OPERATION_PARAMETERS + 2, due);
            statement.setLong(OPERATION_PARAMETERS + 3, sum.number());
            statement.executeUpdate();
        }
    }

    /** Writes what these operations are to do now. */
    void writeOperations(List<QueuedOperation> changed) throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE sync_queue SET " + OPERATION + " WHERE operation_id = ?")) {
            for (QueuedOperation each : changed) {
                bind(statement, 1, each.operation());
                statement.setLong(OPERATION_PARAMETERS + 1, each.number());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Writes where operations stand, none of them PROCESSING; pins are kept or dropped, not written. */
    void writeStates(List<QueuedOperation> changed) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATE)) {
            for (QueuedOperation each : changed) {
                String due = Times.column(each.dueAt());
                boolean pinned = each.pinned().isPresent();
                statement.setString(1, each.state().name());
                statement.setInt(2, each.state().isFinal() ? 0 : 1);
                statement.setInt(3, each.attempts());
                statement.setString(4, due);
                statement.setString(5, Values.text(each.changedAt()));
                statement.setString(6, due);
                statement.setString(7, text(each.result()));
                statement.setString(8, text(each.server()));
                statement.setString(9, each.reason().orElse(null));
                statement.setInt(10, pinned ? 1 : 0);
                statement.setInt(11, pinned ? 1 : 0);
                statement.setInt(12, pinned ? 1 : 0);
                statement.setLong(13, each.number());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Gives operations to a worker. */
    void give(Collection<Long> numbers, String worker, Instant now, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE sync_queue FORCE INDEX (PRIMARY) SET state = '" + OperationState.PROCESSING
                        + "', worker = ?, claim_token = claim_token + 1, due_at = NULL, server_revision = NULL,"
                        + " changed_at = ?, claim_at = ? WHERE operation_id IN " + Sql.marks(numbers.size()))) {
            statement.setString(1, worker);
            statement.setString(2, Values.text(now));
            statement.setString(3, Values.text(until));
            Sql.bind(statement, 4, numbers);
            statement.executeUpdate();
        }
    }

    void pin(Collection<QueuePin> pins) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE sync_queue SET pin_parent = ?, pin_deleted = ?, pin_body = ? WHERE operation_id = ?")) {
            for (QueuePin pin : pins) {
                DocumentEdit edit = pin.edit();
                statement.setString(1, text(edit.parent()));
                statement.setInt(2, edit.deleted() ? 1 : 0);
                statement.setString(3, bodies.written(edit.id(), edit.body()));
                statement.setLong(4, pin.number());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** An edit and the operation it stands for. */
    record QueuePin(long number, DocumentEdit edit) {}

    private static @Nullable String text(Optional<Revision> revision) {
        return revision.map(Revision::toString).map(Unicode::repaired).orElse(null);
    }

    private void bind(PreparedStatement statement, int first, SyncOperation operation) throws SQLException {
        int index = first;
        statement.setString(index++, operation.kind().name());
        statement.setString(index++, operation.type());
        statement.setString(
                index++,
                operation
                        .body()
                        .map(body -> bodies.written(operation.id(), body))
                        .orElse(null));
        statement.setString(index++, text(operation.base()));
        if (operation.version().isPresent()) {
            statement.setLong(index++, operation.version().getAsLong());
        } else {
            statement.setNull(index++, Types.BIGINT);
        }
        statement.setString(index++, operation.user().orElse(null));
        statement.setString(index++, operation.device().orElse(null));
        statement.setString(
                index++, operation.clientTime().map(Instant::toString).orElse(null));
        statement.setLong(index, operation.delay().toNanos());
    }
}
