package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import dev.docmirror.queue.AuditEntry;
import dev.docmirror.queue.OperationState;

/**
 * The audit of the queue. A change of state is written to {@code sync_queue_changes} together with the change, and moved
 * into the chain of {@code sync_queue_audit} by the next worker, or by whoever reads the audit. To chain it at once, each
 * transaction of the host's that enqueues would hold the chain's end until it commits, so that all of them would wait
 * for each other, and two that also share a business row would deadlock.
 *
 * <p>The changes of one operation are chained in their order: each of them held the operation's row when it took its
 * {@code change_id}, and until its commit.
 */
final class QueueTrail {
    private static final int ROWS = 200;
    private static final int CHAINED_AT_ONCE = 1_000;

    private static final String CHANGE = "(?,?,?,?,?,?)";
    private static final Repeated INSERT_CHANGES = new Repeated(
            "INSERT INTO sync_queue_changes (operation_id, changed_at, changed_by, from_state, to_state, reason) VALUES ",
            CHANGE,
            "," + CHANGE,
            "",
            ROWS);

    private static final String ENTRY = "(?,?,?,?,?,?,?,?)";
    private static final Repeated INSERT_ENTRIES = new Repeated(
            "INSERT INTO sync_queue_audit (operation_id, changed_at, changed_by, from_state, to_state, reason, audit_id,"
                    + " hash) VALUES ",
            ENTRY,
            "," + ENTRY,
            "",
            ROWS);

    private static final String FIELDS =
            ", operation_id, " + Times.text("changed_at") + " AS changed, changed_by, from_state, to_state, reason";

    private final Connection connection;

    QueueTrail(Connection connection) {
        this.connection = connection;
    }

    /** A change of an operation's state. */
    record Change(
            long operation,
            Instant at,
            String by,
            Optional<OperationState> from,
            OperationState to,
            Optional<String> reason) {}

    void write(Change change) throws SQLException {
        write(List.of(change));
    }

    void write(List<Change> changes) throws SQLException {
        for (List<Change> chunk : Chunks.of(changes, ROWS, Long.MAX_VALUE, change -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT_CHANGES.rows(chunk.size()))) {
                int index = 1;
                for (Change change : chunk) {
                    index = bind(statement, index, change);
                }
                statement.executeUpdate();
            }
        }
    }

    private static int bind(PreparedStatement statement, int first, Change change) throws SQLException {
        int index = first;
        statement.setLong(index++, change.operation());
        statement.setString(index++, Values.text(change.at()));
        statement.setString(index++, Unicode.repaired(change.by()));
        statement.setString(index++, change.from().map(OperationState::name).orElse(null));
        statement.setString(index++, change.to().name());
        statement.setString(index++, change.reason().map(Reasons::cut).orElse(null));
        return index;
    }

    /** Moves changes into the chain, unless somebody else is at it. */
    void chain() throws SQLException {
        Optional<AuditEntry> end = end(" SKIP LOCKED");
        if (end.isPresent()) {
            chain(end.get());
        }
    }

    /** Waits for its turn, and moves changes into the chain. @return whether there may be more */
    boolean chainSurely() throws SQLException {
        return chain(end("").orElseThrow(() ->
                new SQLException("sync_queue_chain has lost its row; the audit names its last entry", "42S02", 1146)));
    }

    /** The last entry, of which only what the next one needs is known. */
    private Optional<AuditEntry> end(String locking) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT audit_id, hash FROM sync_queue_chain WHERE chain_id = 1 FOR UPDATE" + locking)) {
            return row.next()
                    ? Optional.of(new AuditEntry(
                            row.getLong(1),
                            0,
                            Instant.EPOCH,
                            "",
                            Optional.empty(),
                            OperationState.PENDING,
                            Optional.empty(),
                            HexFormat.of().formatHex(row.getBytes(2))))
                    : Optional.empty();
        }
    }

    private boolean chain(AuditEntry end) throws SQLException {
        List<Long> moved = new ArrayList<>();
        List<AuditEntry> entries = new ArrayList<>();
        AuditEntry last = end;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT change_id" + FIELDS
                        + " FROM sync_queue_changes ORDER BY change_id LIMIT " + CHAINED_AT_ONCE)) {
            while (row.next()) {
                moved.add(row.getLong("change_id"));
                AuditEntry read = entry(row, 0, "");
                last = AuditEntry.after(
                        last.sequence() == 0 ? Optional.empty() : Optional.of(last),
                        read.operation(),
                        read.at(),
                        read.by(),
                        read.from(),
                        read.to(),
                        read.reason());
                entries.add(last);
            }
        }
        if (moved.isEmpty()) {
            return false;
        }
        insert(entries);
        Sql.deleteNumbered(connection, "sync_queue_changes", "change_id", moved);
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE sync_queue_chain SET audit_id = ?, hash = ? WHERE chain_id = 1")) {
            statement.setLong(1, last.sequence());
            statement.setBytes(2, HexFormat.of().parseHex(last.hash()));
            statement.executeUpdate();
        }
        return moved.size() == CHAINED_AT_ONCE;
    }

    private void insert(List<AuditEntry> entries) throws SQLException {
        for (List<AuditEntry> chunk : Chunks.of(entries, ROWS, Long.MAX_VALUE, entry -> 0)) {
            try (PreparedStatement statement = connection.prepareStatement(INSERT_ENTRIES.rows(chunk.size()))) {
                int index = 1;
                for (AuditEntry entry : chunk) {
                    index = bind(
                            statement,
                            index,
                            new Change(
                                    entry.operation(),
                                    entry.at(),
                                    entry.by(),
                                    entry.from(),
                                    entry.to(),
                                    entry.reason()));
                    statement.setLong(index++, entry.sequence());
                    statement.setBytes(index++, HexFormat.of().parseHex(entry.hash()));
                }
                statement.executeUpdate();
            }
        }
    }

    List<AuditEntry> page(long after, int limit) throws SQLException {
        List<AuditEntry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT audit_id, hash" + FIELDS
                + " FROM sync_queue_audit WHERE audit_id > ? ORDER BY audit_id LIMIT ?")) {
            statement.setLong(1, after);
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String hash = HexFormat.of().formatHex(row.getBytes("hash"));
                    entries.add(entry(row, row.getLong("audit_id"), hash));
                }
            }
        }
        return entries;
    }

    private static AuditEntry entry(ResultSet row, long sequence, String hash) throws SQLException {
        return new AuditEntry(
                sequence,
                row.getLong("operation_id"),
                Times.read(row, "changed").orElseThrow(),
                row.getString("changed_by"),
                Optional.ofNullable(row.getString("from_state")).map(OperationState::valueOf),
                OperationState.valueOf(row.getString("to_state")),
                Optional.ofNullable(row.getString("reason")),
                hash);
    }
}
