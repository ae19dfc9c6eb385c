package dev.docmirror.conflict;

import dev.docmirror.change.Document;
import tools.jackson.databind.node.ObjectNode;

/** What a policy decided. Reasons name rules and fields, never values: they are logged. */
public sealed interface Resolution {

    /**
     * One of the leaves wins; the others are archived.
     *
     * @param winner one of the conflict's leaves
     * @param losers what the others are archived as: {@link ArchivedConflict.Outcome#CHOSEN}, or a rejection
     */
    record Choose(Document winner, ArchivedConflict.Outcome losers, String reason) implements Resolution {
        /** The others are archived as {@link ArchivedConflict.Outcome#CHOSEN}. */
        public Choose(Document winner, String reason) {
            this(winner, ArchivedConflict.Outcome.CHOSEN, reason);
        }
    }

    /**
     * A new body made from the leaves; all of them are archived. It is mirrored under the revision of CouchDB's winner.
     *
     * @param merged the whole document, must not be modified any more
     */
    record Merge(ObjectNode merged, String reason) implements Resolution {}

    /** What is mirrored stays; every leaf that differs from it is archived. */
    record Reject(Rejection kind, String reason) implements Resolution {}

    /** What is mirrored stays (nothing, if nothing is), and the other leaves are archived for a person to decide. */
    record Review(String reason) implements Resolution {}

    /** Not this policy's case: the next one is asked, in the end CouchDB's own order. */
    record Defer() implements Resolution {}

    /** Why a change of a mirrored version was refused. */
    enum Rejection {
        REJECTED_IMMUTABLE,
        REJECTED_LOCKED
    }
}
