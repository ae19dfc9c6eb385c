package dev.docmirror.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.monitor.SyncEvent;

/** What is to be done about one change. */
sealed interface Decision {

    /** It is mirrored in this very state. */
    record Unchanged() implements Decision {}

    /** It looks older than what is mirrored; only the source can tell whether it is. */
    record Suspect(DocumentChange change) implements Decision {}

    /** The policy has to know where the leaves come from. */
    record Untraced(DocumentChange change) implements Decision {}

    /** The mapper has to know who is meant. */
    record Unidentified(Collection<IdentityRequest> requests) implements Decision {}

    /** It can't be mirrored. */
    record Park(DeadLetter letter) implements Decision {}

    /**
     * It is written.
     *
     * @param conflict the decided conflict, if it was one
     * @param skipped whether the document gets no rows on purpose
     * @param unknown set if that is because no rule knows its type
     * @param alarms what a person should know of
     * @param upstream whether the decision differs from what the source holds
     */
    record Write(
            DocumentWrite write,
            Optional<Resolved> conflict,
            boolean skipped,
            Optional<SyncEvent.TypeUnknown> unknown,
            List<SyncEvent> alarms,
            boolean upstream)
            implements Decision {

        /** Whether it settles what people were asked about. */
        boolean settles() {
            return write.before().isPresent()
                    && write.before().get().disputed()
                    && !write.state().disputed();
        }
    }

    /**
     * A decided conflict: what goes into the archive.
     *
     * @param chosen the revision that was preferred, if any is mirrored
     */
    record Resolved(
            List<ArchivedConflict> losers, Optional<Revision> chosen, ArchivedConflict.Outcome outcome, String reason) {

        /** Whether people are asked about the losers. */
        boolean disputed() {
            return !losers.isEmpty() && outcome.isOpen();
        }

        Resolved withType(Optional<String> type) {
            List<ArchivedConflict> typed = losers.stream()
                    .map(l -> new ArchivedConflict(
                            l.loser(),
                            l.loserWrittenAt(),
                            type,
                            l.chosen(),
                            l.chosenWrittenAt(),
                            l.outcome(),
                            l.reason()))
                    .toList();
            return new Resolved(typed, chosen, outcome, reason);
        }
    }
}
