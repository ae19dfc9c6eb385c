package dev.docmirror.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

import dev.docmirror.change.StreamId;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the tally and the host's listener, in order and one at a time, and survives a listener that throws.
 * Events are queued first and delivered by {@link #deliver()}, which nobody calls while holding a lock, so that a
 * listener may call the worker.
 */
final class Events {
    private static final Logger log = LoggerFactory.getLogger(SyncListener.class);

    private final StreamId stream;
    private final Tally tally;
    private final SyncListener listener;
    private final Queue<SyncEvent> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock delivering = new ReentrantLock();

    Events(StreamId stream, Tally tally, SyncListener listener) {
        this.stream = stream;
        this.tally = tally;
        this.listener = listener;
    }

    void publish(SyncEvent event) {
        queue(event);
        deliver();
    }

    void queue(SyncEvent event) {
        tally.add(event);
        queue.add(event);
    }

    void deliver() {
        while (!queue.isEmpty() && !delivering.isHeldByCurrentThread() && delivering.tryLock()) {
            try {
                for (SyncEvent event = queue.poll(); event != null; event = queue.poll()) {
                    tell(event);
                }
            } finally {
                delivering.unlock();
            }
        }
    }

    private void tell(SyncEvent event) {
        try {
            listener.on(stream, event);
        } catch (RuntimeException e) {
            log.warn("{}: a listener failed with {}", stream, e.getClass().getName());
        }
    }
}
