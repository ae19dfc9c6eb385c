package dev.docmirror.monitor;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import dev.docmirror.SyncState;

/**
 * What a worker has done since it was made, and where it stands.
 *
 * @param state its state
 * @param batches durable batches
 * @param batchTime time from fetch to commit, summed over all batches
 * @param changes documents in those batches
 * @param written documents whose rows or registry entry were written
 * @param unchanged documents that were mirrored in this very state before
 * @param skipped documents without rows, unknown types included
 * @param unknownTypes documents whose type no rule knows
 * @param encrypted documents whose key was not there, repetitions included
 * @param rowsByTable rows written or deleted in each table
 * @param bytes bytes of the documents' bodies
 * @param conflicts decided conflicts
 * @param archived losing versions handed to the archive, repetitions included
 * @param parked documents sent to the dead letters, repetitions included
 * @param retries failed tries
 * @param rewound older states the source repeated
 * @param alarms revisions that came with two bodies, and documents with differing signed versions
 * @param resolvedUpstream decisions written to the source
 * @param pending about how many changes wait in the source, if it tells
 * @param lag how long the mirror has been known to be behind; zero while it holds everything
 */
public record SyncStatistics(
        SyncState state,
        long batches,
        Duration batchTime,
        long changes,
        long written,
        long unchanged,
        long skipped,
        long unknownTypes,
        long encrypted,
        Map<String, Long> rowsByTable,
        long bytes,
        long conflicts,
        long archived,
        long parked,
        long retries,
        long rewound,
        long alarms,
        long resolvedUpstream,
        OptionalLong pending,
        Duration lag) {
    public SyncStatistics {
        rowsByTable = Map.copyOf(rowsByTable);
    }

    /** What came after an earlier snapshot of the same worker. State, pending and lag are this one's. */
    public SyncStatistics since(SyncStatistics earlier) {
        Map<String, Long> rows = new TreeMap<>(rowsByTable);
        earlier.rowsByTable.forEach((table, count) -> rows.merge(table, -count, Long::sum));
        rows.values().removeIf(count -> count == 0);
        return new SyncStatistics(
                state,
                batches - earlier.batches,
                batchTime.minus(earlier.batchTime),
                changes - earlier.changes,
                written - earlier.written,
                unchanged - earlier.unchanged,
                skipped - earlier.skipped,
                unknownTypes - earlier.unknownTypes,
                encrypted - earlier.encrypted,
                rows,
                bytes - earlier.bytes,
                conflicts - earlier.conflicts,
                archived - earlier.archived,
                parked - earlier.parked,
                retries - earlier.retries,
                rewound - earlier.rewound,
                alarms - earlier.alarms,
                resolvedUpstream - earlier.resolvedUpstream,
                pending,
                lag);
    }
}
