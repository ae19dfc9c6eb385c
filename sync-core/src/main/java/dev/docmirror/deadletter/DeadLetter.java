package dev.docmirror.deadletter;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;

/**
 * A document that could not be mirrored. The body stays in the source, from where a replay takes its newest version.
 *
 * @param id the document
 * @param revision the revision that failed
 * @param type its type, if known
 * @param kind where it failed
 * @param reason which field, column or rule, and a database's error code; never a value
 */
public record DeadLetter(DocumentId id, Revision revision, Optional<String> type, Kind kind, String reason) {

    /** Where a document failed. */
    public enum Kind {
        /** Its body could not be had from the source or read as JSON within the limits, or the mapper refused it. */
        MAPPING,
        /** It is encrypted and the key is not there. No poison: it waits for the key, and is counted by itself. */
        ENCRYPTED,
        /** The conflict policy failed. */
        POLICY,
        /** The database refused its rows for what they hold. */
        SINK,
        /**
         * The database refused its rows for those of other documents: one has its value in a unique key, or what it refers
         * to is not there, or a trigger refused it. It is tried again when others have changed.
         */
        COLLISION
    }
}
