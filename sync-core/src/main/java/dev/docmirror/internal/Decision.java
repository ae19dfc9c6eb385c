package dev.docmirror.internal;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mirror.DocumentWrite;

/** What is to be done about one change. */
sealed interface Decision {

    /** It is mirrored in this very state. */
    record Unchanged() implements Decision {}

    /** It looks older than what is mirrored; only the source can tell whether it is. */
    record Suspect(DocumentChange change) implements Decision {}

    /** It can't be mirrored. */
    record Park(DeadLetter letter) implements Decision {}

    /**
     * It is written.
     *
     * @param conflict the decided conflict, if it was one
     * @param skipped whether the document gets no rows on purpose
     * @param unknownType whether that is because no rule knows its type
     * @param namedType the type an unknown document names
     * @param alarm the version that came with another body under the mirrored revision
     */
    record Write(
            DocumentWrite write,
            Optional<Resolved> conflict,
            boolean skipped,
            boolean unknownType,
            Optional<String> namedType,
            Optional<Document> alarm)
            implements Decision {}

    /** A decided conflict: what goes into the archive. */
    record Resolved(List<ArchivedConflict> losers, ArchivedConflict.Outcome outcome, String reason) {
        Resolved withType(String type) {
            List<ArchivedConflict> typed = losers.stream()
                    .map(l -> new ArchivedConflict(
                            l.loser(),
                            l.loserWrittenAt(),
                            Optional.of(type),
                            l.chosen(),
                            l.chosenWrittenAt(),
                            l.outcome(),
                            l.reason()))
                    .toList();
            return new Resolved(typed, outcome, reason);
        }
    }
}
