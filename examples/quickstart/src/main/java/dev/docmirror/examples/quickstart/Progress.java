package dev.docmirror.examples.quickstart;

import java.io.PrintStream;
import java.util.Locale;

import dev.docmirror.change.StreamId;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;

/** A bar with rate and lag, one line every tenth, so that it reads well in a log, too. */
final class Progress implements SyncListener {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final String what;
    private final long total;
    private final long began = System.nanoTime();
    private long done;
    private long tenths;

    Progress(PrintStream out, String what, long total) {
        this.out = out;
        this.what = what;
        this.total = total;
    }

    @Override
    public void on(StreamId stream, SyncEvent event) {
        if (event instanceof SyncEvent.BatchMirrored batch) {
            advance(
                    batch.changes(),
                    String.format(Locale.ROOT, "  lag %d ms", batch.elapsed().toMillis()));
        }
    }

    void advance(long more, String note) {
        done += more;
        long tenth = done * 10 / total;
        if (tenth == tenths) {
            return;
        }
        tenths = tenth;
        int filled = (int) Math.min(WIDTH, done * WIDTH / total);
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(
                Locale.ROOT,
                "  %-9s [%s%s] %,7d / %,d  %,6.0f/s%s%n",
                what,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                done,
                total,
                done / seconds,
                note);
        out.flush();
    }
}
