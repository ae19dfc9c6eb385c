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
    record Named(String id) {}

    /** A conflict that waits for somebody from now on, or does not, or no more; no content. */
    record Contested(String id, Optional<String> type, boolean open) {}

    @Override
    public void on(StreamId stream, SyncEvent event) {
        if (event instanceof SyncEvent.StateChanged) {
            since = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        } else if (event instanceof SyncEvent.ConflictResolved conflict) {
            events.tell(
                    "conflict",
                    new Contested(
                            conflict.id().value(),
                            conflict.type(),
                            conflict.outcome().isOpen()));
        } else if (event instanceof SyncEvent.ConflictSettled conflict) {
            events.tell("conflict", new Contested(conflict.id().value(), conflict.type(), false));
        } else if (event instanceof SyncEvent.DocumentParked parked) {
            events.tell("dead-letter", new Named(parked.letter().id().value()));
        }
    }

    /** When the worker came into its state. */
    Instant since() {
        return since;
    }
}
