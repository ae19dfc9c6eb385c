package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a queue stands.
 *
 * @param states operations in each state; states without any are missing
 * @param blocked operations that wait behind one that {@linkplain QueuedOperation#isStuck() is stuck}
 * @param oldestPending when the oldest operation that is not final came
 * @param lastCompleted when an operation was completed last
 * @param median time from enqueueing to completion, over completed operations: the shortest that half of them did not
 *     exceed; zero if there are none
 * @param p95 the shortest that 95 of 100 did not exceed
 * @param p99 the shortest that 99 of 100 did not exceed
 * @param failedByDevice operations in FAILED of each device that has any
 * @param totalByDevice operations of each device
 */
public record QueueStatistics(
        Map<OperationState, Long> states,
        long blocked,
        Optional<Instant> oldestPending,
        Optional<Instant> lastCompleted,
        Duration median,
        Duration p95,
        Duration p99,
        Map<String, Long> failedByDevice,
        Map<String, Long> totalByDevice) {
    public QueueStatistics {
        states = Map.copyOf(states);
        failedByDevice = Map.copyOf(failedByDevice);
        totalByDevice = Map.copyOf(totalByDevice);
    }

    /** Operations in a state. */
    public long in(OperationState state) {
        return states.getOrDefault(state, 0L);
    }

    /** All operations. */
    public long total() {
        return states.values().stream().mapToLong(Long::longValue).sum();
    }
}
