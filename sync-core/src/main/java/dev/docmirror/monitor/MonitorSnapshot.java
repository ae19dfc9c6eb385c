package dev.docmirror.monitor;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import dev.docmirror.cycle.CycleStanding;
import dev.docmirror.error.SyncException;
import dev.docmirror.queue.QueueStatistics;

/**
 * How the parts of a host's sync stood at one time. What the host has no part for, or what could not be asked, is empty.
 *
 * @param takenAt when
 * @param worker the mirroring worker's figures
 * @param workerFailure why that worker ended
 * @param cycles how the cycles went
 * @param queueWorkerFailure what keeps the queue's worker from going on
 * @param queue how the queue stands
 * @param openConflicts archived versions that wait for people
 * @param deadLetters documents that could not be mirrored
 * @param encrypted documents that wait for a key
 * @param unreachable parts that could not be asked, by their names
 */
public record MonitorSnapshot(
        Instant takenAt,
        Optional<SyncStatistics> worker,
        Optional<SyncException> workerFailure,
        Optional<CycleStanding> cycles,
        Optional<SyncException> queueWorkerFailure,
        Optional<QueueStatistics> queue,
        OptionalLong openConflicts,
        OptionalLong deadLetters,
        OptionalLong encrypted,
        Set<String> unreachable) {
    public MonitorSnapshot {
        unreachable = Set.copyOf(unreachable);
    }
}
