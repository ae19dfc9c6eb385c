package dev.docmirror.cycle;

import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.StreamId;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;

/**
 * Hears for a {@link SyncCycle} what its worker mirrors: give it to the worker as (one of) its
 * {@linkplain dev.docmirror.SyncWorker.Builder#listener listeners}, and to the cycle. Thread-safe; for one worker and one
 * cycle. It keeps no document content, and of conflicts no more than {@value #LISTED} until the next report.
 */
public final class PullEvents implements SyncListener {
    static final int LISTED = 1_000;

    /** Conflicts whose batch is not told yet: it comes right behind them. */
    private final List<CycleReport.Conflict> open = new ArrayList<>();

    private int openWritten;
    private List<CycleReport.Conflict> listed = new ArrayList<>();
    private long total;
    private long applied;
    private long conflicts;

    /** Nothing heard so far. */
    public PullEvents() {}

    /** What was heard since it was asked last. */
    record Sum(CycleReport.Pull figures, List<CycleReport.Conflict> listed) {
        static final Sum NOTHING = new Sum(new CycleReport.Pull(0, 0, 0, 0), List.of());
    }

    @Override
    public synchronized void on(StreamId stream, SyncEvent event) {
        if (event instanceof SyncEvent.ConflictResolved conflict) {
            // A chosen version without a type has no rows: its batch counts it as skipped, not as written.
            boolean written = conflict.type().isPresent() || conflict.chosen().isEmpty();
            openWritten += written ? 1 : 0;
            open.add(new CycleReport.Conflict(
                    conflict.type(),
                    conflict.id().value(),
                    CycleReport.Conflict.name(conflict.outcome()),
                    conflict.reason()));
        } else if (event instanceof SyncEvent.BatchMirrored batch) {
            total += batch.changes();
            applied += Math.min(batch.written() - openWritten, batch.changes() - open.size());
            conflicts += open.size();
            listed.addAll(open.subList(0, Math.min(open.size(), LISTED - listed.size())));
            open.clear();
            openWritten = 0;
        }
    }

    synchronized Sum take() {
        Sum sum = new Sum(new CycleReport.Pull(total, applied, total - applied - conflicts, conflicts), listed);
        listed = new ArrayList<>();
        total = 0;
        applied = 0;
        conflicts = 0;
        return sum;
    }
}
