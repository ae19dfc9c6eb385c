package dev.docmirror.reconcile;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;

/**
 * How far a reconciliation has come; can be kept as {@link #text()} and taken up again.
 *
 * @param phase what is looked at
 * @param place the last position, document or purge that was looked at; empty at the beginning of the phase
 */
public record ReconcileCursor(Phase phase, Optional<String> place) {

    /** What is looked at. */
    public enum Phase {
        /** Whether everything the source lists is mirrored. */
        SOURCE,
        /** Whether everything that is mirrored is as it should be. */
        MIRROR,
        /** Whether what was purged in the source is still mirrored. Has no end: the next look goes on from the last one. */
        PURGES
    }

    static ReconcileCursor beginning() {
        return new ReconcileCursor(Phase.SOURCE, Optional.empty());
    }

    /** Before all purges that the source remembers, for {@link Reconciler#resume}. */
    public static ReconcileCursor purges() {
        return new ReconcileCursor(Phase.PURGES, Optional.empty());
    }

    /**
     * Reads what {@link #text()} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ReconcileCursor of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("text: must be that of a cursor");
        }
        String place = text.substring(colon + 1);
        return new ReconcileCursor(
                Phase.valueOf(text.substring(0, colon)), place.isEmpty() ? Optional.empty() : Optional.of(place));
    }

    public String text() {
        return phase + ":" + place.orElse("");
    }

    Optional<Position> position() {
        return place.map(Position::of);
    }

    Optional<DocumentId> document() {
        return place.map(DocumentId::of);
    }
}
