package dev.docmirror;

import java.time.Duration;
import java.util.Locale;

import dev.docmirror.monitor.SyncStatistics;

/**
 * What one {@link SyncWorker#runOnce()} did.
 *
 * @param elapsed how long it took
 * @param totals what was done in this run
 */
public record SyncReport(Duration elapsed, SyncStatistics totals) {

    /** Documents a second. */
    public double documentsPerSecond() {
        return elapsed.isZero() ? 0 : totals.changes() * 1e9 / elapsed.toNanos();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d changes in %.1f s (%.0f/s): %d written, %d unchanged, %d skipped, %d conflicts, %d parked, %d encrypted,"
                        + " rows %s",
                totals.changes(),
                elapsed.toMillis() / 1e3,
                documentsPerSecond(),
                totals.written(),
                totals.unchanged(),
                totals.skipped(),
                totals.conflicts(),
                totals.parked(),
                totals.encrypted(),
                totals.rowsByTable());
    }
}
