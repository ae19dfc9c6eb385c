package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import org.jspecify.annotations.Nullable;

/** A change whose row does not have all of its leaves. */
final class ChangeDraft {
    /** CouchDB takes such revisions in replication. */
    private static final String UNORDERED =
            "a revision of the document can't be ordered: it has generation 0, more than 18 digits, or no hash";

    private static final Revision UNKNOWN = new Revision(1, "unknown");

    private final ChangeRow row;
    private final DocumentReader reader;
    private final Set<String> open = new LinkedHashSet<>();
    private final Map<String, Document> leaves = new HashMap<>();
    private @Nullable String refusal;
    private @Nullable DocumentChange superseded;
    private boolean missing;
    private boolean failed;
    private long bytes;

    ChangeDraft(ChangeRow row, DocumentReader reader) {
        this.row = row;
        this.reader = reader;
        if (row.tooLong()) {
            refusal = "the document is longer than maxBytes " + reader.maxBytes();
            return;
        }
        for (String text : row.revisions()) {
            if (Revisions.parse(text) == null) {
                refusal = UNORDERED;
                return;
            }
        }
        open.addAll(row.revisions());
        byte[] doc = row.doc();
        if (doc != null) {
            takeWinner(doc);
        }
    }

    /** The change, if the row has the one leaf there is; null if it has not. */
    static @Nullable DocumentChange complete(ChangeRow row, DocumentReader reader) {
        byte[] doc = row.doc();
        if (doc == null || row.revisions().size() != 1) {
            return null;
        }
        String listed = row.revisions().get(0);
        Revision revision = Revisions.parse(listed);
        return revision != null && listed.equals(LeafBody.revisionOf(doc))
                ? DocumentChange.of(new Document(row.id(), revision, row.deleted(), doc, reader))
                : null;
    }

    DocumentId id() {
        return row.id();
    }

    boolean isMissing() {
        return missing;
    }

    /** Whether the server tried to get a leaf and failed, rather than not having it. */
    boolean isFailed() {
        return missing && failed;
    }

    /** The row's own body, if it is one of the leaves. */
    private void takeWinner(byte[] doc) {
        LeafBody body = LeafBody.tolerant(doc);
        String revision = body.revision();
        if (revision != null && open.remove(revision)) {
            leaves.put(revision, document(revision, body.deleted(), doc));
            bytes += doc.length;
        }
    }

    private Document document(String revision, boolean deleted, byte[] body) {
        return new Document(row.id(), Revision.of(revision), deleted, body, reader);
    }

    void addWanted(List<BulkGet.Wanted> wanted) {
        open.forEach(revision -> wanted.add(new BulkGet.Wanted(row.id(), revision)));
    }

    /** Takes what came for one of its revisions; returns the bytes kept. */
    long receive(List<BulkGet.Found> found) {
        long before = bytes;
        for (BulkGet.Found one : found) {
            if (one instanceof BulkGet.Found.Leaf leaf && open.remove(leaf.revision())) {
                leaves.put(leaf.revision(), document(leaf.revision(), leaf.deleted(), leaf.body()));
                bytes += leaf.body().length;
            } else {
                refusal = refusal == null ? refusalOf(one, reader) : refusal;
                failed |= one instanceof BulkGet.Found.Failed;
                missing = true;
            }
        }
        if (bytes > reader.maxBytes()) { // a thousand long leaves must not fill the heap
            refusal = refusalOf(new BulkGet.Found.TooLong(), reader);
            leaves.clear();
        }
        missing &= refusal == null;
        return refusal == null ? bytes - before : 0;
    }

    /** Takes all current leaves, if they are what the row told or newer. */
    void receiveAll(List<BulkGet.Found> found) {
        List<Document> now = documents(row.id(), found, reader);
        failed = found.stream().anyMatch(BulkGet.Found.Failed.class::isInstance);
        if (now.isEmpty() || failed) {
            return;
        }
        DocumentChange change = new DocumentChange(row.id(), now);
        long listed = row.revisions().stream()
                .mapToLong(text -> Revision.of(text).generation())
                .sum();
        // A replica that lags behind has less; edits and replication only make the tree grow.
        if (change.digest().weight() >= listed) {
            superseded = change;
            missing = false;
        }
    }

    void giveUp() {
        refusal = "the server lists a revision that it does not deliver";
        missing = false;
    }

    /** Null as long as not all leaves came. */
    @Nullable
    DocumentChange change() {
        String reason = refusal;
        if (reason != null) {
            return unreadable(reason);
        }
        if (superseded != null) {
            return superseded;
        }
        return open.isEmpty() ? new DocumentChange(row.id(), List.copyOf(leaves.values())) : null;
    }

    private DocumentChange unreadable(String reason) {
        Set<Revision> revisions = new LinkedHashSet<>();
        row.revisions().forEach(text -> revisions.add(Revisions.closest(text)));
        List<Document> stubs = new ArrayList<>();
        for (Revision revision : revisions) {
            stubs.add(Document.unreadable(row.id(), revision, row.deleted(), reason));
        }
        return new DocumentChange(row.id(), stubs);
    }

    /** What a whole document's answer holds; empty if the server does not know the document. */
    static List<Document> documents(DocumentId id, List<BulkGet.Found> found, DocumentReader reader) {
        List<Document> leaves = new ArrayList<>(found.size());
        for (BulkGet.Found one : found) {
            if (one instanceof BulkGet.Found.Leaf leaf) {
                Revision revision = Revisions.parse(leaf.revision());
                leaves.add(
                        revision == null
                                ? Document.unreadable(id, Revisions.closest(leaf.revision()), leaf.deleted(), UNORDERED)
                                : new Document(id, revision, leaf.deleted(), leaf.body(), reader));
            } else {
                String reason = refusalOf(one, reader);
                if (reason != null) {
                    leaves.add(Document.unreadable(id, UNKNOWN, false, reason));
                }
            }
        }
        return leaves;
    }

    private static @Nullable String refusalOf(BulkGet.Found found, DocumentReader reader) {
        if (found instanceof BulkGet.Found.TooLong) {
            return "the document, with all its leaves, is longer than maxBytes " + reader.maxBytes();
        }
        return found instanceof BulkGet.Found.Refused
                ? "the server refuses to send the document, it is too large (413)"
                : null;
    }
}
