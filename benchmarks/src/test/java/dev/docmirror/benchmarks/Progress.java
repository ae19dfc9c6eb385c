package dev.docmirror.benchmarks;

import java.io.PrintStream;

/** Tells how far the benchmark is, a line a step. */
final class Progress {
    private static final long EVERY_NANOS = 5_000_000_000L;

    private final PrintStream out;
    private final long began = System.nanoTime();
    private long told = began;

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.printf("%5d s  %s%n", (System.nanoTime() - began) / 1_000_000_000L, line);
        told = System.nanoTime();
    }

    void step(String what, long done, long of) {
        if (done == of || System.nanoTime() - told > EVERY_NANOS) {
            say(Report.format("%,d of %,d %s", done, of, what));
        }
    }
}
