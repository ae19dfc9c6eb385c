package dev.docmirror.examples.backend.health;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.docmirror.monitor.MonitorSnapshot;
import org.jspecify.annotations.Nullable;

/** How the sync stands, asked anew when the last answer is some seconds old. Thread-safe. */
final class RecentSnapshot {
    private static final long KEPT = Duration.ofSeconds(2).toNanos();

    private final Supplier<MonitorSnapshot> monitor;
    private final LongSupplier nanoTime;
    private @Nullable MonitorSnapshot snapshot;
    private long takenAt;

    RecentSnapshot(Supplier<MonitorSnapshot> monitor, LongSupplier nanoTime) {
        this.monitor = monitor;
        this.nanoTime = nanoTime;
    }

    synchronized MonitorSnapshot get() {
        long now = nanoTime.getAsLong();
        MonitorSnapshot kept = snapshot;
        if (kept == null || now - takenAt >= KEPT) {
            kept = monitor.get();
            snapshot = kept;
            takenAt = now;
        }
        return kept;
    }
}
