package dev.docmirror;

import java.util.Set;

import dev.docmirror.change.DocumentId;

/**
 * What came of {@linkplain SyncWorker#compare comparing documents}.
 *
 * @param different documents whose rows are not what they would be if they were made anew
 * @param gone documents that the source does not know (any more)
 */
public record Comparison(Set<DocumentId> different, Set<DocumentId> gone) {
    public Comparison {
        different = Set.copyOf(different);
        gone = Set.copyOf(gone);
    }
}
