package dev.docmirror.queue;

import dev.docmirror.change.Revision;

/** What became of an edit. */
public sealed interface EditOutcome {

    /** It is written, now or before. */
    record Written(Revision revision) implements EditOutcome {}

    /** The parent is no leaf (any more), or the document exists already: somebody else was faster with another edit. */
    record Conflicting() implements EditOutcome {}

    /**
     * The target refuses the edit, and would again: a validation function, the size.
     *
     * @param reason the target's error code or rule; no content
     */
    record Refused(String reason) implements EditOutcome {}
}
