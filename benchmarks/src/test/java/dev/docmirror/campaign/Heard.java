package dev.docmirror.campaign;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.docmirror.SyncState;
import dev.docmirror.change.StreamId;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;

/** Remembers every event of a worker. */
final class Heard implements SyncListener {
    private final Queue<SyncEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    public void on(StreamId stream, SyncEvent event) {
        events.add(event);
    }

    List<SyncEvent> events() {
        return List.copyOf(events);
    }

    <T extends SyncEvent> List<T> all(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The states the worker went through, in order. */
    List<SyncState> states() {
        return all(SyncEvent.StateChanged.class).stream()
                .map(SyncEvent.StateChanged::to)
                .toList();
    }
}
