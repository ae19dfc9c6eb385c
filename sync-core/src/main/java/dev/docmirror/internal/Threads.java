package dev.docmirror.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The threads of one session. */
public final class Threads {
    private final List<Thread> started = new CopyOnWriteArrayList<>();

    public void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        started.add(thread);
        thread.start();
    }

    public boolean areCurrent() {
        return started.contains(Thread.currentThread());
    }

    /** Interrupts the threads and waits until they have ended, unless one of them calls. */
    public void join() {
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
