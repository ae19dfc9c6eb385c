package dev.docmirror.conflict;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;

/**
 * A version that lost, with the decision.
 *
 * @param loser the losing version with its full body
 * @param loserWrittenAt when it was written, by its own word, cut to microseconds
 * @param type the document's type, if known
 * @param chosen the revision that was preferred, empty if nothing is mirrored
 * @param chosenWrittenAt when that one was written, by its own word, cut to microseconds
 * @param outcome what kind of decision it was
 * @param reason which rule decided; no values
 */
public record ArchivedConflict(
        Document loser,
        Optional<Instant> loserWrittenAt,
        Optional<String> type,
        Optional<Revision> chosen,
        Optional<Instant> chosenWrittenAt,
        Outcome outcome,
        String reason) {

    /** A version that does not say when it was written, and neither does the chosen one. */
    public ArchivedConflict(
            Document loser, Optional<String> type, Optional<Revision> chosen, Outcome outcome, String reason) {
        this(loser, Optional.empty(), type, chosen, Optional.empty(), outcome, reason);
    }

    /** The kinds of decisions. */
    public enum Outcome {
        /** Another version was chosen. */
        CHOSEN,
        /** It went into a merged version. */
        MERGED,
        /** It tried to change a signed version. */
        REJECTED_IMMUTABLE,
        /** It tried to change a locked version. */
        REJECTED_LOCKED,
        /** It waits for a person. */
        REVIEW;

        /**
         * Whether a version archived like this is open until a person, or a later version of the document, settles it:
         * all but those that a rule for drafts decided.
         */
        public boolean isOpen() {
            return this != CHOSEN && this != MERGED;
        }
    }
}
