package dev.docmirror.monitor;

import dev.docmirror.change.StreamId;

/**
 * Hears what a worker does. Called from the worker's threads, after the fact: an event of a batch comes after its
 * commit. Calls for one stream never overlap. A slow listener slows the worker; an exception is logged and otherwise
 * ignored.
 *
 * <p>Events are told at most once: those of a batch are lost if the process ends right after its commit, and a batch
 * whose commit was durable but not answered is told as unchanged when it is tried again. What must not be missed is in
 * the tables: losers in the archive, poison in the dead letters.
 */
@FunctionalInterface
public interface SyncListener {
    void on(StreamId stream, SyncEvent event);

    /** This listener, then another one. */
    default SyncListener andThen(SyncListener next) {
        return (stream, event) -> {
            try {
                on(stream, event);
            } finally {
                next.on(stream, event);
            }
        };
    }

    /**
     * Tells the story on SLF4J: changes of state and conflicts at INFO, what needs a look at WARN, failures at ERROR,
     * batches at DEBUG. Ids are escaped; no content, ever.
     */
    static SyncListener logging() {
        return new LoggingListener();
    }
}
