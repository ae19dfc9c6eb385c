package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.mysql.QueueTrail.Change;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueuedOperation;

/**
 * Gives operations to workers, in READ COMMITTED. It locks in the order of an index that holds nothing but operations
 * whose time has come, skips what others hold, and so waits for nobody.
 *
 * <p>An operation behind an open one on its document is parked when a claim comes across it, so that it is looked at once
 * and not by each claim; whoever makes the open one final {@linkplain QueueFollowers#wake wakes} it. To park, the open
 * one has to be held: it can't become final unseen in between.
 */
final class QueueClaims {
    private final Connection connection;
    private final QueueRows rows;
    private final QueueTrail trail;

    QueueClaims(Connection connection, QueueBodies bodies) {
        this.connection = connection;
        this.rows = new QueueRows(connection, bodies);
        this.trail = new QueueTrail(connection);
    }

    List<Claim> claim(String worker, int limit, Duration lease, Set<String> types) throws SQLException {
        List<QueueRow> taken = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        boolean parked = true;
        while (parked && taken.size() < limit) {
            List<QueueRow> due = new ArrayList<>(lockDue(limit + seen.size(), types));
            due.removeIf(row -> !seen.add(row.number()));
            if (due.isEmpty()) {
                break;
            }
            Map<Long, Long> firsts = firsts(due);
            List<QueueRow> behind = new ArrayList<>();
            for (QueueRow row : due) {
                if (firsts.getOrDefault(row.number(), 0L) != row.number()) {
                    behind.add(row);
                } else if (taken.size() < limit) {
                    taken.add(row);
                }
            }
            parked = park(behind, firsts, seen);
        }
        return give(taken, worker, lease);
    }

    /** Operations that can be claimed, the one that waits longest first, but for those that others hold. */
    private List<QueueRow> lockDue(int limit, Set<String> types) throws SQLException {
        if (types.isEmpty()) {
            return rows.lockDue(limit);
        }
        for (int looked = limit; ; looked *= 2) {
            List<Long> due = rows.due(types, looked);
            List<QueueRow> locked = rows.lockDue(due);
            if (locked.size() >= limit || due.size() < looked) {
                return locked;
            }
        }
    }

    /** The first open operation on the document of each. What is locked is committed, and so is all before it. */
    private Map<Long, Long> firsts(List<QueueRow> due) throws SQLException {
        Map<Long, Long> firsts = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT q.operation_id, (SELECT n.operation_id"
                + " FROM sync_queue n WHERE n.doc_key = q.doc_key AND n.is_open = 1 ORDER BY n.operation_id LIMIT 1)"
                + " FROM sync_queue q FORCE INDEX (PRIMARY) WHERE q.operation_id IN " + Sql.marks(due.size()))) {
            Sql.bind(statement, 1, due.stream().map(QueueRow::number).toList());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    firsts.put(row.getLong(1), row.getLong(2));
                }
            }
        }
        return firsts;
    }

    /** @return whether any is parked, and so out of the way */
    private boolean park(List<QueueRow> behind, Map<Long, Long> firsts, Set<Long> held) throws SQLException {
        Set<Long> blockers = new HashSet<>();
        behind.forEach(row -> blockers.add(firsts.get(row.number())));
        Set<Long> open = new HashSet<>(blockers);
        open.retainAll(held);
        blockers.removeAll(held);
        open.addAll(lockOpen(blockers));
        List<Long> parked = behind.stream()
                .filter(row -> open.contains(firsts.get(row.number())))
                .map(QueueRow::number)
                .toList();
        if (parked.isEmpty()) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE sync_queue FORCE INDEX (PRIMARY) SET claim_at = NULL WHERE operation_id IN "
                        + Sql.marks(parked.size()))) {
            Sql.bind(statement, 1, parked);
            statement.executeUpdate();
        }
        return true;
    }

    private Set<Long> lockOpen(Set<Long> numbers) throws SQLException {
        Set<Long> open = new HashSet<>();
        if (numbers.isEmpty()) {
            return open;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT operation_id FROM sync_queue FORCE INDEX (PRIMARY) WHERE is_open = 1" + " AND operation_id IN "
                        + Sql.marks(numbers.size()) + " FOR UPDATE SKIP LOCKED")) {
            Sql.bind(statement, 1, numbers);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    open.add(row.getLong(1));
                }
            }
        }
        return open;
    }

    private List<Claim> give(List<QueueRow> taken, String worker, Duration lease) throws SQLException {
        if (taken.isEmpty()) {
            return List.of();
        }
        Instant now = rows.now();
        rows.give(taken.stream().map(QueueRow::number).toList(), worker, now, now.plus(lease));
        List<Claim> claims = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        taken.sort(Comparator.comparing(QueueRow::number));
        for (QueueRow row : taken) {
            OperationState from = row.state();
            if (from == OperationState.PROCESSING) {
                Optional<String> why = Optional.of("the lease ran out");
                changes.add(new Change(row.number(), now, worker, Optional.of(from), OperationState.PENDING, why));
                from = OperationState.PENDING;
            }
            changes.add(new Change(
                    row.number(), now, worker, Optional.of(from), OperationState.PROCESSING, Optional.empty()));
            QueuedOperation given = new QueueDraft(row.operation())
                    .becomes(OperationState.PROCESSING, now)
                    .build();
            claims.add(new Claim(given, worker, row.token() + 1));
        }
        trail.write(changes);
        return claims;
    }

    /** The rows of those claims that still hold, locked. */
    static Map<Long, QueueRow> held(QueueRows rows, Collection<Claim> claims) throws SQLException {
        Set<Long> numbers = new HashSet<>();
        claims.forEach(claim -> numbers.add(claim.operation().number()));
        Map<Long, QueueRow> held = new HashMap<>();
        for (QueueRow row : rows.lock(numbers)) {
            if (row.state() == OperationState.PROCESSING) {
                held.put(row.number(), row);
            }
        }
        return held;
    }

    static boolean holds(Map<Long, QueueRow> held, Claim claim) {
        QueueRow row = held.get(claim.operation().number());
        return row != null && row.token() == claim.token();
    }

    List<Claim> renew(Collection<Claim> claims, Duration lease) throws SQLException {
        Map<Long, QueueRow> held = held(rows, claims);
        List<Claim> renewed =
                claims.stream().filter(claim -> holds(held, claim)).toList();
        if (renewed.isEmpty()) {
            return renewed;
        }
        try (PreparedStatement statement = connection.prepareStatement("UPDATE sync_queue FORCE INDEX (PRIMARY) SET"
                + " claim_at = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND WHERE operation_id IN "
                + Sql.marks(renewed.size()))) {
            statement.setLong(1, lease.toNanos() / 1_000);
            Sql.bind(
                    statement,
                    2,
                    renewed.stream().map(claim -> claim.operation().number()).toList());
            statement.executeUpdate();
        }
        return renewed;
    }
}
