package dev.docmirror.couchdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of rows: most have all they need, and the leaves that the rest lack are read together. A leaf that is
 * gone by then is superseded or purged, so the document is asked for as it is now; if the server keeps listing what it
 * does not have, that document becomes unreadable, alone. If it keeps failing to get it, that is a transient failure.
 */
final class LeafReader {
    private static final List<Duration> RETRIES =
            List.of(Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofMillis(1500));

    private final BulkGet bulk;
    private final DocumentReader reader;
    private final Cancellation cancellation;

    LeafReader(BulkGet bulk, DocumentReader reader, Cancellation cancellation) {
        this.bulk = bulk;
        this.reader = reader;
        this.cancellation = cancellation;
    }

    /**
     * Changes in the order of the rows, as many as keep the limit of bytes with all their leaves, at least one.
     *
     * @param rows one a document, no design documents
     */
    List<DocumentChange> changes(List<ChangeRow> rows, BatchLimits limits) throws InterruptedException {
        @Nullable DocumentChange[] changes = new @Nullable DocumentChange[rows.size()];
        Map<DocumentId, ChangeDraft> drafts = new LinkedHashMap<>();
        for (int i = 0; i < changes.length; i++) {
            ChangeRow row = rows.get(i);
            changes[i] = ChangeDraft.complete(row, reader);
            if (changes[i] == null) {
                drafts.put(row.id(), new ChangeDraft(row, reader));
            }
        }
        if (!drafts.isEmpty()) {
            complete(drafts, limits.bytes());
            for (int i = 0; i < changes.length; i++) {
                ChangeDraft draft = changes[i] == null ? drafts.get(rows.get(i).id()) : null;
                changes[i] = draft == null ? changes[i] : draft.change();
            }
        }
        return front(changes, limits.bytes());
    }

    /** The changes in front that keep the limit, at least one. */
    private static List<DocumentChange> front(@Nullable DocumentChange[] changes, long most) {
        List<DocumentChange> front = new ArrayList<>(changes.length);
        long bytes = 0;
        for (DocumentChange change : changes) {
            if (change == null) {
                break; // enough was read before its leaves came
            }
            bytes += change.bytes();
            if (bytes > most && !front.isEmpty()) {
                break;
            }
            front.add(change);
        }
        return front;
    }

    private void complete(Map<DocumentId, ChangeDraft> drafts, long most) throws InterruptedException {
        List<BulkGet.Wanted> wanted = new ArrayList<>();
        drafts.values().forEach(draft -> draft.addWanted(wanted));
        if (!wanted.isEmpty()) {
            read(wanted, drafts, most);
            readAgain(drafts);
        }
    }

    private void read(List<BulkGet.Wanted> wanted, Map<DocumentId, ChangeDraft> drafts, long most) {
        DocumentId first = wanted.get(0).id();
        long[] bytes = {0};
        bulk.read(wanted, (id, found) -> {
            ChangeDraft draft = drafts.get(id);
            if (draft != null) {
                bytes[0] += draft.receive(found);
            }
            return bytes[0] <= most || id.equals(first);
        });
    }

    private void readAgain(Map<DocumentId, ChangeDraft> drafts) throws InterruptedException {
        for (Duration pause : RETRIES) {
            List<BulkGet.Wanted> again = drafts.values().stream()
                    .filter(ChangeDraft::isMissing)
                    .map(draft -> new BulkGet.Wanted(draft.id(), null))
                    .toList();
            if (again.isEmpty()) {
                return;
            }
            cancellation.pause(pause);
            bulk.read(again, (id, found) -> {
                ChangeDraft draft = drafts.get(id);
                if (draft != null) {
                    draft.receiveAll(found);
                }
                return true;
            });
        }
        if (drafts.values().stream().anyMatch(ChangeDraft::isFailed)) {
            throw bulk.failed(); // nodes that hang are told so with status 200: no reason to park a document
        }
        drafts.values().stream().filter(ChangeDraft::isMissing).forEach(ChangeDraft::giveUp);
    }

    /** Reads documents as they are now; those that the server does not know are missing. */
    List<DocumentChange> now(Collection<DocumentId> ids) {
        List<DocumentChange> changes = new ArrayList<>(ids.size());
        List<BulkGet.Wanted> wanted = new LinkedHashSet<>(ids)
                .stream().map(id -> new BulkGet.Wanted(id, null)).toList();
        bulk.read(wanted, (id, found) -> {
            if (found.stream().anyMatch(BulkGet.Found.Failed.class::isInstance)) {
                throw bulk.failed();
            }
            List<Document> leaves = ChangeDraft.documents(id, found, reader);
            if (!leaves.isEmpty()) {
                changes.add(new DocumentChange(id, leaves));
            }
            return true;
        });
        return changes;
    }
}
