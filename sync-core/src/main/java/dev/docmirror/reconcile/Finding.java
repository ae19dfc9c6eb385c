package dev.docmirror.reconcile;

import java.util.Optional;

import dev.docmirror.change.DocumentId;

/**
 * A document whose mirror is not what it should be.
 *
 * @param type the type it is mirrored under, if it is
 */
public record Finding(DocumentId id, Kind kind, Optional<String> type) {

    /** What is wrong. */
    public enum Kind {
        /** The source has it, and it is neither mirrored nor parked. */
        MISSING,
        /** The mirror has judged other leaves than the source has. */
        STALE,
        /** The mirror has it, and the source does not know it (any more): it was purged. */
        EXTRA,
        /** Its rows are not what the mapping makes of it: somebody changed or deleted them by hand. */
        DAMAGED
    }
}
