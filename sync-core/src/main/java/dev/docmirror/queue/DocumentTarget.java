package dev.docmirror.queue;

import java.util.List;

/**
 * A database that documents are written to. Thread-safe and reusable; whoever creates it closes it.
 *
 * <p>Throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself; some of the edits may have
 * been written then. To write them again is safe: an edit that the document's history holds already, with the same parent
 * and the same body, is answered as {@linkplain EditOutcome.Written written} and makes no second revision, whoever wrote
 * it.
 */
@FunctionalInterface
public interface DocumentTarget {

    /**
     * Writes edits, in as few requests as the target allows. They stand alone: one that is refused leaves the others as
     * they are.
     *
     * @param edits at most one for each leaf
     * @return the outcomes, in the order of the edits
     */
    List<EditOutcome> write(List<DocumentEdit> edits);
}
