package dev.docmirror.conflict;

import java.time.Instant;
import java.util.Optional;

/**
 * Which open entries of an archive to list.
 *
 * @param type only documents of this type
 * @param detectedBefore only what was detected before
 * @param after only entries with a greater number: that of the last one of the page before
 * @param limit how many entries at most, at least 1
 */
public record OpenConflicts(Optional<String> type, Optional<Instant> detectedBefore, long after, int limit) {
    public OpenConflicts {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: must be >= 1, was " + limit);
        }
    }

    /** The first page of all open entries. */
    public static OpenConflicts first(int limit) {
        return new OpenConflicts(Optional.empty(), Optional.empty(), 0, limit);
    }

    /** Only documents of this type. */
    public OpenConflicts ofType(String wanted) {
        return new OpenConflicts(Optional.of(wanted), detectedBefore, after, limit);
    }

    /** Only what was detected before this time. */
    public OpenConflicts before(Instant time) {
        return new OpenConflicts(type, Optional.of(time), after, limit);
    }

    /** The page behind an entry. */
    public OpenConflicts after(ArchiveEntry last) {
        return new OpenConflicts(type, detectedBefore, last.number(), limit);
    }
}
