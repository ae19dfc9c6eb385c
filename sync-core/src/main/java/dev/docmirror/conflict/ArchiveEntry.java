package dev.docmirror.conflict;

import java.time.Instant;
import java.util.Optional;

/**
 * An archived version as the archive keeps it.
 *
 * @param number tells the entries of an archive apart and grows with time
 * @param conflict what the worker archived
 * @param detectedAt when, by the archive's clock
 * @param closed who closed the entry, empty while it is open; an entry that never was open has none either, see
 *     {@link #isOpen()}
 */
public record ArchiveEntry(long number, ArchivedConflict conflict, Instant detectedAt, Optional<Closing> closed) {

    /**
     * How an entry was closed.
     *
     * @param by who decided: a person, or {@code docmirror} where a later version settled it
     * @param at when, by the archive's clock
     * @param note why
     */
    public record Closing(String by, Instant at, String note) {}

    /** Whether it waits for somebody. */
    public boolean isOpen() {
        return conflict.outcome().isOpen() && closed.isEmpty();
    }
}
