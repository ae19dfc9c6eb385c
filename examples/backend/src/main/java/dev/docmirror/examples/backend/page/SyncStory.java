package dev.docmirror.examples.backend.page;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import org.springframework.stereotype.Component;

/** Hears the worker for the page: since when it is in its state, and what came up for people to decide. Thread-safe. */
@Component
class SyncStory implements SyncListener {
    private final LiveEvents events;
    private volatile Instant since = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    SyncStory(LiveEvents events) {
        this.events = events;
    }

    /** A document somebody may want to look at; no content. */
    record Named(String id, Optional<String> type) {}

    @Override
    public void on(StreamId stream, SyncEvent event) {
        if (event instanceof SyncEvent.StateChanged) {
            since = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        } else if (event instanceof SyncEvent.ConflictResolved conflict) {
            events.tell("conflict", new Named(conflict.id().value(), conflict.type()));
        } else if (event instanceof SyncEvent.DocumentParked parked) {
            events.tell("dead-letter", new Named(parked.letter().id().value(), Optional.empty()));
        }
    }

    /** When the worker came into its state. */
    Instant since() {
        return since;
    }
}
