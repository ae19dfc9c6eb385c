package dev.docmirror.couchdb;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Ends I/O that takes too long, or whose thread was interrupted: a socket's own timeout starts anew with each byte, and
 * a thread that reads a socket does not notice an interrupt. One daemon thread, started with the first watch.
 */
final class Watchdog implements AutoCloseable {
    private static final long TICK_MILLIS = 25;
    /** A longpoll waits most of its time; to look at it more often costs more than all else an idle worker does. */
    private static final long SLOW_TICK_MILLIS = 1_000;

    private static final long YOUNG_NANOS = 1_000_000_000;

    private final Set<Watch> watches = new HashSet<>();
    private @Nullable Thread thread;
    private boolean closed;

    /** Why something was ended. */
    enum Verdict {
        TIMED_OUT,
        INTERRUPTED
    }

    /** Watches over one exchange, while it is armed. */
    final class Watch implements AutoCloseable {
        private final Runnable abort;
        private @Nullable Thread reader;
        private long armed = System.nanoTime();
        private long deadline;
        private @Nullable Verdict verdict;

        private Watch(Runnable abort) {
            this.abort = abort;
        }

        /** From here on the calling thread does I/O, for so long at most. */
        synchronized void arm(long nanos) {
            reader = Thread.currentThread();
            armed = System.nanoTime();
            deadline = armed + nanos;
        }

        synchronized void disarm() {
            reader = null;
        }

        synchronized @Nullable Verdict verdict() {
            return verdict;
        }

        /** Whether its I/O has begun lately, between two pieces of it too, or is to end soon. */
        private synchronized boolean isClose(long now) {
            return now - armed < YOUNG_NANOS || (reader != null && deadline - now < YOUNG_NANOS);
        }

        private synchronized void check(long now) {
            if (reader == null || verdict != null) {
                return;
            }
            if (reader.isInterrupted()) {
                verdict = Verdict.INTERRUPTED;
            } else if (now - deadline >= 0) {
                verdict = Verdict.TIMED_OUT;
            } else {
                return;
            }
            abort.run();
        }

        @Override
        public void close() {
            synchronized (Watchdog.this) {
                watches.remove(this);
            }
        }
    }

    /** @param abort makes the I/O fail; called by another thread */
    synchronized Watch watch(Runnable abort) {
        Watch watch = new Watch(abort);
        watches.add(watch);
        if (thread == null && !closed) {
            thread = new Thread(this::run, "docmirror-couchdb-watchdog");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
        return watch;
    }

    private void run() {
        long tick = TICK_MILLIS;
        try {
            while (true) {
                List<Watch> now;
                synchronized (this) {
                    while (watches.isEmpty() && !closed) {
                        wait();
                    }
                    if (closed) {
                        return;
                    }
                    wait(tick);
                    now = List.copyOf(watches);
                }
                long time = System.nanoTime();
                now.forEach(watch -> watch.check(time));
                tick = now.stream().anyMatch(watch -> watch.isClose(time)) ? TICK_MILLIS : SLOW_TICK_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // only whoever ends the JVM's threads does that: there is nothing left
        }
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            notifyAll();
        }
        boolean interrupted = false;
        while (running != null && running.isAlive() && running != Thread.currentThread()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
