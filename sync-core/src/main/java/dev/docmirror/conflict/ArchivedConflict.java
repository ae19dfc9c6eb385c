package dev.docmirror.conflict;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;

/**
 * A version that lost, with the decision.
 *
 * @param loser the losing version with its full body
 * @param type the document's type, if known
 * @param chosen the revision that was preferred, empty if nothing is mirrored
 * @param outcome what kind of decision it was
 * @param reason which rule decided; no values
 */
public record ArchivedConflict(
        Document loser, Optional<String> type, Optional<Revision> chosen, Outcome outcome, String reason) {

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
        REVIEW
    }
}
