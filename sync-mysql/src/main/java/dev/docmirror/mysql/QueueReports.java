package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStatistics;

/** Counts the operations of the queue, all of it in the database. */
final class QueueReports {
    private final Connection connection;
    private final QueueConditions conditions;

    QueueReports(Connection connection, QueueConditions conditions) {
        this.connection = connection;
        this.conditions = conditions;
    }

    /** Reads one row after the other. */
    @FunctionalInterface
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String sql, List<?> more, Reader reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Object parameter : conditions.parameters()) {
                statement.setObject(index++, parameter);
            }
            for (Object parameter : more) {
                statement.setObject(index++, parameter);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    QueueStatistics read() throws SQLException {
        Map<OperationState, Long> states = new EnumMap<>(OperationState.class);
        Map<OperationState, Instant> oldest = new EnumMap<>(OperationState.class);
        Map<OperationState, Instant> latest = new EnumMap<>(OperationState.class);
        each(
                "SELECT state, COUNT(*) AS operations, " + Times.text("MIN(enqueued_at)") + " AS oldest, "
                        + Times.text("MAX(changed_at)") + " AS latest FROM sync_queue WHERE " + conditions.sql()
                        + " GROUP BY state",
                List.of(),
                row -> {
                    OperationState state = OperationState.valueOf(row.getString("state"));
                    states.put(state, row.getLong("operations"));
                    oldest.put(state, Times.read(row, "oldest").orElseThrow());
                    latest.put(state, Times.read(row, "latest").orElseThrow());
                });
        Map<String, Long> failed = new HashMap<>();
        Map<String, Long> total = new HashMap<>();
        each(
                "SELECT MIN(device_id) AS device, COUNT(*) AS operations, SUM(state = 'FAILED') AS failed FROM sync_queue"
                        + " WHERE device_id IS NOT NULL AND " + conditions.sql()
                        + " GROUP BY device_id, LENGTH(device_id)",
                List.of(),
                row -> {
                    total.put(row.getString("device"), row.getLong("operations"));
                    if (row.getLong("failed") > 0) {
                        failed.put(row.getString("device"), row.getLong("failed"));
                    }
                });
        List<Duration> times = percentiles(states.getOrDefault(OperationState.COMPLETED, 0L), List.of(50, 95, 99));
        return new QueueStatistics(
                states,
                blocked(),
                oldest.entrySet().stream()
                        .filter(state -> !state.getKey().isFinal())
                        .map(Map.Entry::getValue)
                        .min(Instant::compareTo),
                Optional.ofNullable(latest.get(OperationState.COMPLETED)),
                times.get(0),
                times.get(1),
                times.get(2),
                failed,
                total);
    }

    /** Open operations behind one that is stuck; few are stuck, so those are looked for first. */
    private long blocked() throws SQLException {
        long[] blocked = {0};
        each(
                "SELECT COUNT(*) FROM (SELECT doc_key AS stuck_key, MIN(operation_id) AS stuck_id FROM sync_queue"
                        + " WHERE state = 'CONFLICT' OR (state = 'FAILED' AND due_at IS NULL) GROUP BY doc_key) s"
                        + " JOIN sync_queue ON doc_key = stuck_key AND is_open = 1 AND operation_id > stuck_id"
                        + " WHERE " + conditions.sql(),
                List.of(),
                row -> blocked[0] = row.getLong(1));
        return blocked[0];
    }

    /** Of each percentage the shortest time that so many did not exceed. */
    private List<Duration> percentiles(long completed, List<Integer> percents) throws SQLException {
        Map<Long, Duration> times = new HashMap<>();
        List<Long> ranks = percents.stream()
                .map(percent -> (completed * percent + 99) / 100)
                .toList();
        if (completed > 0) {
            each(
                    "SELECT place, micros FROM (SELECT TIMESTAMPDIFF(MICROSECOND, enqueued_at, changed_at) AS micros,"
                            + " ROW_NUMBER() OVER (ORDER BY TIMESTAMPDIFF(MICROSECOND, enqueued_at, changed_at)) AS place"
                            + " FROM sync_queue WHERE state = 'COMPLETED' AND " + conditions.sql()
                            + ") t WHERE place IN "
                            + Sql.marks(ranks.size()),
                    ranks,
                    row -> times.put(row.getLong("place"), Duration.of(row.getLong("micros"), ChronoUnit.MICROS)));
        }
        return ranks.stream()
                .map(rank -> times.getOrDefault(rank, Duration.ZERO))
                .toList();
    }
}
