package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import dev.docmirror.change.DocumentId;
import dev.docmirror.edge.LocalDocument;
import dev.docmirror.edge.LocalDocument.Sending;
import dev.docmirror.edge.PushState;
import dev.docmirror.edge.SecureDocumentStore;
import dev.docmirror.edge.Selection;
import dev.docmirror.error.MappingException;
import dev.docmirror.queue.DocumentEdit;

/** An edge node's documents in memory, in plaintext. It passes {@link SecureDocumentStoreContractTest}. Thread-safe. */
public final class InMemoryDocumentStore implements SecureDocumentStore {

    /** Where the store can fail or wait. */
    public enum Point {
        /** Any read. */
        READ,
        /** Before a change: nothing is changed if it fails here. */
        WRITE
    }

    private final Faults<Point> faults = new Faults<>(Point.class);
    private final Map<DocumentId, LocalDocument> documents = new HashMap<>();
    private final NavigableMap<Long, DocumentId> sequences = new TreeMap<>();

    /** What goes wrong, and where. */
    public Faults<Point> faults() {
        return faults;
    }

    @Override
    public Optional<LocalDocument> get(DocumentId id) {
        faults.pass(Point.READ);
        synchronized (this) {
            return Optional.ofNullable(documents.get(id)).map(InMemoryDocumentStore::copy);
        }
    }

    @Override
    public List<Entry> list(long after, int limit, Selection selection) {
        faults.pass(Point.READ);
        synchronized (this) {
            return sequences.tailMap(after, false).values().stream()
                    .map(this::known)
                    .filter(document -> isOf(selection, document))
                    .limit(limit)
                    .<Entry>map(document -> new Listed(document.id(), document.sequence(), document.state()))
                    .toList();
        }
    }

    private static boolean isOf(Selection selection, LocalDocument document) {
        return selection.state().filter(state -> state != document.state()).isEmpty()
                && (selection.session().isEmpty() || selection.session().equals(document.session()));
    }

    @Override
    public List<LocalDocument> update(Collection<DocumentId> ids, Change change) {
        faults.pass(Point.WRITE);
        if (new HashSet<>(ids).size() != ids.size()) {
            throw new IllegalArgumentException("ids: must differ");
        }
        synchronized (this) {
            List<LocalDocument> changed = new ArrayList<>();
            long next = sequences.isEmpty() ? 1 : sequences.lastKey() + 1;
            for (DocumentId id : ids) {
                checkId(id);
                Optional<LocalDocument> current =
                        Optional.ofNullable(documents.get(id)).map(InMemoryDocumentStore::copy);
                Optional<LocalDocument> result = change.apply(id, current, next);
                if (result.isPresent()) {
                    checkPlace(id, result.get(), current, next);
                    changed.add(result.get());
                    next += result.get().sequence() == next ? 1 : 0;
                }
            }
            changed.forEach(this::keep);
            return changed;
        }
    }

    private static void checkId(DocumentId id) {
        if (id.value().codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new MappingException(id, "the id is no Unicode text");
        }
    }

    private static void checkPlace(DocumentId id, LocalDocument result, Optional<LocalDocument> current, long next) {
        boolean kept = current.filter(document -> document.sequence() == result.sequence())
                .isPresent();
        if (!result.id().equals(id) || !(kept || result.sequence() == next)) {
            throw new IllegalArgumentException("change: must keep the id, and the sequence or take the next one");
        }
    }

    private void keep(LocalDocument document) {
        LocalDocument before = documents.put(document.id(), copy(document));
        if (before != null) {
            sequences.remove(before.sequence());
        }
        sequences.put(document.sequence(), document.id());
    }

    private LocalDocument known(DocumentId id) {
        LocalDocument document = documents.get(id);
        if (document == null) {
            throw new IllegalStateException("no such document: " + id);
        }
        return document;
    }

    // Nobody who holds a tree of ours, or whose tree we were given, changes what is kept.
    private static LocalDocument copy(LocalDocument document) {
        return new LocalDocument(
                document.id(),
                document.sequence(),
                document.session(),
                document.deleted(),
                document.body().deepCopy(),
                document.state(),
                document.parent(),
                document.sending().map(InMemoryDocumentStore::copy));
    }

    private static Sending copy(Sending sending) {
        DocumentEdit edit = sending.edit();
        return new Sending(
                sending.sequence(),
                new DocumentEdit(
                        edit.id(), edit.parent(), edit.deleted(), edit.body().deepCopy()));
    }

    /** The number of documents; no content. */
    @Override
    public synchronized String toString() {
        return "InMemoryDocumentStore[" + documents.size() + " documents]";
    }

    private final class Listed implements Entry {
        private final DocumentId id;
        private final long sequence;
        private final PushState state;

        Listed(DocumentId id, long sequence, PushState state) {
            this.id = id;
            this.sequence = sequence;
            this.state = state;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public PushState state() {
            return state;
        }

        @Override
        public Optional<Stored> open() {
            return get(id).filter(document -> document.sequence() == sequence)
                    .map(document -> new Stored(document, Optional.empty()));
        }
    }
}
