package dev.docmirror.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import org.jspecify.annotations.Nullable;

/**
 * Changes, and what is to be done about them if nothing is mirrored of their documents.
 *
 * @param decisions nothing, or for each change a decision, or null where none could be made
 */
record DecidedAhead(List<DocumentChange> changes, List<@Nullable Decision> decisions) {
    DecidedAhead {
        if (!decisions.isEmpty() && decisions.size() != changes.size()) {
            throw new IllegalArgumentException("decisions: must be none or as many as changes");
        }
    }

    static DecidedAhead nothing(List<DocumentChange> changes) {
        return new DecidedAhead(changes, List.of());
    }

    Optional<Decision> decision(int index) {
        return decisions.isEmpty() ? Optional.empty() : Optional.ofNullable(decisions.get(index));
    }

    List<DocumentChange> undecided() {
        return decisions.isEmpty()
                ? changes
                : IntStream.range(0, changes.size())
                        .filter(i -> decisions.get(i) == null)
                        .mapToObj(changes::get)
                        .toList();
    }

    /** Nobody will look into the documents any more, unless all is done again. */
    void forgetBodies() {
        changes.forEach(change -> change.leaves().forEach(Document::forgetBody));
    }
}
