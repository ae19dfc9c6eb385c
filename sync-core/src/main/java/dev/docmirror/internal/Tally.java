package dev.docmirror.internal;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import dev.docmirror.SyncState;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncStatistics;

/** Sums events up. Thread-safe. */
final class Tally {
    private long batches;
    private long batchNanos;
    private long changes;
    private long written;
    private long unchanged;
    private long skipped;
    private long unknownTypes;
    private long encrypted;
    private final Map<String, Long> rowsByTable = new TreeMap<>();
    private long bytes;
    private long conflicts;
    private long archived;
    private long parked;
    private long retries;
    private long rewound;
    private long alarms;
    private long resolvedUpstream;
    private OptionalLong pending = OptionalLong.empty();

    synchronized void add(SyncEvent event) {
        if (event instanceof SyncEvent.BatchMirrored batch) {
            add(batch);
        } else if (event instanceof SyncEvent.ConflictResolved conflict) {
            conflicts++;
            archived += conflict.losers().size();
        } else if (event instanceof SyncEvent.DocumentParked) {
            parked++;
        } else if (event instanceof SyncEvent.RetryScheduled) {
            retries++;
        } else if (event instanceof SyncEvent.FeedRewound feed) {
            rewound += feed.documents();
        } else if (event instanceof SyncEvent.IntegrityAlarm || event instanceof SyncEvent.SignedVersionsDiffer) {
            alarms++;
        } else if (event instanceof SyncEvent.ResolvedUpstream) {
            resolvedUpstream++;
        }
    }

    private void add(SyncEvent.BatchMirrored batch) {
        batches++;
        batchNanos += batch.elapsed().toNanos();
        changes += batch.changes();
        written += batch.written();
        unchanged += batch.unchanged();
        skipped += batch.skipped();
        unknownTypes += batch.unknownTypes();
        encrypted += batch.encrypted();
        batch.rowsByTable().forEach((table, rows) -> rowsByTable.merge(table, (long) rows, Long::sum));
        bytes += batch.bytes();
        pending = batch.pending();
    }

    synchronized SyncStatistics snapshot(SyncState state, Duration lag) {
        return new SyncStatistics(
                state,
                batches,
                Duration.ofNanos(batchNanos),
                changes,
                written,
                unchanged,
                skipped,
                unknownTypes,
                encrypted,
                rowsByTable,
                bytes,
                conflicts,
                archived,
                parked,
                retries,
                rewound,
                alarms,
                resolvedUpstream,
                pending,
                lag);
    }
}
