package dev.docmirror.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the audit: never changed, never deleted.
 *
 * @param number of the entry; later ones are higher
 * @param at when, by the store's clock
 * @param note who and why
 * @param kind what happened
 * @param identity whom the id names since then
 * @param before whom it named until then, if anybody
 * @param externalId the id that came or moved; empty where an identity without any was merged
 */
public record LinkEvent(
        long number,
        Instant at,
        LinkNote note,
        Kind kind,
        IdentityId identity,
        Optional<IdentityId> before,
        Optional<ExternalId> externalId) {

    /** What happened. */
    public enum Kind {
        /** An id was linked for the first time. */
        LINKED,
        /** An id moved because its identity was merged into another: one entry for each id. */
        MERGED,
        /** An id moved to an identity of its own: one entry for each id. */
        SPLIT
    }
}
