package dev.docmirror.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** The threads of one session. */
public final class Threads {
    private final List<Thread> started = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    /** Who starts a thread later may be a timer, which knows nothing of the host's classes. */
    private final @Nullable ClassLoader classes = Thread.currentThread().getContextClassLoader();

    /** Starts a thread, unless the session has ended. */
    public synchronized void start(String name, Runnable task) {
        if (ended.isDone()) {
            return;
        }
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(classes);
        started.add(thread);
        thread.start();
    }

    /** Starts a thread if the session has not ended by then. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing waits for it: the session's end is enough
    public void startAfter(Duration delay, String name, Runnable task) {
        // The timer is the JDK's own, and forgets a session that ends sooner.
        ended.copy()
                .completeOnTimeout(false, delay.toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(over -> start(name, task));
    }

    public boolean areCurrent() {
        return started.contains(Thread.currentThread());
    }

    /** Interrupts the threads and waits until they have ended, unless one of them calls. */
    public void join() {
        synchronized (this) {
            ended.complete(true);
        }
        boolean interrupted = false;
        for (Thread thread : started) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            thread.interrupt();
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
