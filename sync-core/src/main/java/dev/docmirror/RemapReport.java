package dev.docmirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.internal.Replay;

/**
 * What came of {@linkplain SyncWorker#remap making rows anew from stored documents}. Holds ids and counts, no content.
 *
 * @param looked registered documents that were looked at
 * @param written documents whose rows were made anew
 * @param encrypted documents whose key is not there; their rows stay as they were
 * @param parked documents that are in the dead letters, because they were before or because the mapping or the database
 *     refuses them now; their rows stay as they were
 * @param unproven documents of which exactly what is mirrored is not stored; their rows stay as they were
 * @param named the first of the unproven ones, at most {@link #MOST_NAMED}
 * @param last the document that was looked at last, to {@linkplain #resume go on} behind it
 * @param complete whether everything was looked at
 */
public record RemapReport(
        long looked,
        long written,
        long encrypted,
        long parked,
        long unproven,
        List<DocumentId> named,
        Optional<DocumentId> last,
        boolean complete) {
    /** So many documents are named; all are counted. A report of one page names all of them. */
    public static final int MOST_NAMED = 1_000;

    public RemapReport {
        named = List.copyOf(named);
    }

    /** Nothing was looked at. */
    public static RemapReport begin() {
        return new RemapReport(0, 0, 0, 0, 0, List.of(), Optional.empty(), false);
    }

    /** Everything up to a document was looked at before; what came of that is not in it. */
    public static RemapReport resume(DocumentId last) {
        return new RemapReport(0, 0, 0, 0, 0, List.of(), Optional.of(last), false);
    }

    /** What came of some documents. */
    static RemapReport of(Replay.Result result) {
        ReplayReport made = result.report();
        List<DocumentId> unproven = result.unproven();
        return new RemapReport(
                made.asked(),
                made.written(),
                made.encrypted(),
                made.parked(),
                unproven.size(),
                unproven.subList(0, Math.min(unproven.size(), MOST_NAMED)),
                Optional.empty(),
                true);
    }

    RemapReport plus(RemapReport more) {
        List<DocumentId> all = new ArrayList<>(named);
        more.named.stream().limit(MOST_NAMED - all.size()).forEach(all::add);
        return new RemapReport(
                looked + more.looked,
                written + more.written,
                encrypted + more.encrypted,
                parked + more.parked,
                unproven + more.unproven,
                all,
                last,
                complete);
    }

    RemapReport reached(DocumentId document) {
        return new RemapReport(looked, written, encrypted, parked, unproven, named, Optional.of(document), complete);
    }

    RemapReport completed() {
        return new RemapReport(looked, written, encrypted, parked, unproven, named, last, true);
    }
}
