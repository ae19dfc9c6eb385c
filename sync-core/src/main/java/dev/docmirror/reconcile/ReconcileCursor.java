package dev.docmirror.reconcile;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;

/**
 * How far a reconciliation has come; can be kept as {@link #text()} and taken up again.
 *
 * @param phase what is looked at
 * @param place the last position or document that was looked at; empty at the beginning of the phase
 */
public record ReconcileCursor(Phase phase, Optional<String> place) {

    /** What is looked at. */
    public enum Phase {
        /** Whether everything the source lists is mirrored. */
        SOURCE,
        /** Whether everything that is mirrored is as it should be. */
        MIRROR
    }

    static ReconcileCursor beginning() {
        return new ReconcileCursor(Phase.SOURCE, Optional.empty());
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
