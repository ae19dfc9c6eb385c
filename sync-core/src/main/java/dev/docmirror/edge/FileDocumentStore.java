package dev.docmirror.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.change.DocumentId;
import dev.docmirror.edge.DocumentLog.Place;
import dev.docmirror.edge.StoreIndex.Slot;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.TransientSyncException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents in a folder, encrypted. One process at a time may have it open; within it, any number of threads.
 *
 * <p>On the disk is a log of envelopes. A write is on the disk, flushed, before it is acknowledged; a crash at any byte
 * loses nothing that was, and a write that was not finished is cut off at the next opening. Damage to what was flushed is
 * an error at the opening, never a guess. What was replaced is removed when it is more than what counts, and by
 * {@link #compact()}.
 *
 * <p>An envelope holds the whole of a document: body, id, session, revision. In the clear are only numbers: its place in
 * the order of changes, its {@link PushState}, its size, and what stands for its id and its session, which is a hash with
 * a secret that lies in an envelope itself. Whoever reads the files learns how many documents there are and which of them
 * share a session, and no more. In memory are these numbers, some 300 bytes a document, and no content.
 *
 * <p>Opening needs the key of the last {@link #compact()} to read, writing one to write. A disk that does not flush when
 * it is told to can't be helped.
 */
public final class FileDocumentStore implements SecureDocumentStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileDocumentStore.class);
    private static final long WORTH_COMPACTING = 1 << 20;
    private static final int COPIED_TOGETHER = 1 << 20;

    private final StoreFolder folder;
    private final StateCodec codec;
    private StoreIndex index = new StoreIndex();
    /** Null when the store is closed, or was left unusable. */
    private @Nullable DocumentLog documents;

    private FileDocumentStore(StoreFolder folder, EnvelopeCodec envelopes) throws IOException {
        this.folder = folder;
        if (!folder.hasDocuments()) {
            Frame first = StateCodec.create(envelopes).sealSecret();
            fill(fresh -> fresh.append(List.of(first)));
            folder.replace();
            folder.flush();
        }
        List<Frame> secret = new ArrayList<>();
        this.documents = folder.open((frame, place) -> {
            if (frame.isSecret()) {
                secret.add(frame);
            } else {
                index.put(Slot.of(frame, place));
            }
        });
        this.codec = StateCodec.of(envelopes, secret.get(0));
    }

    /**
     * Opens a store, or makes an empty one.
     *
     * @param directory its own; made if it is not there
     * @param envelopes seals what is written; its database is the store's, not a server's
     * @throws dev.docmirror.error.ConfigurationException if it is open elsewhere, or damaged
     * @throws dev.docmirror.error.MissingKeyException if the key is not there
     * @throws EnvelopeException if it was sealed for something else
     * @throws TransientSyncException if the disk fails
     */
    public static FileDocumentStore open(Path directory, EnvelopeCodec envelopes) {
        try {
            StoreFolder folder = StoreFolder.lock(directory);
            try {
                return new FileDocumentStore(folder, envelopes);
            } catch (IOException | RuntimeException e) {
                folder.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("opened", e);
        }
    }

    @Override
    public Optional<LocalDocument> get(DocumentId id) {
        Hash hash = codec.hash(id);
        Frame frame;
        synchronized (this) {
            DocumentLog from = opened();
            Slot slot = index.get(hash);
            if (slot == null) {
                return Optional.empty();
            }
            frame = read(id, from, slot);
        }
        return Optional.of(codec.open(id, frame).document());
    }

    @Override
    public synchronized List<Entry> list(long after, int limit, Selection selection) {
        opened();
        Predicate<Slot> wanted =
                slot -> selection.state().isEmpty() || selection.state().get() == slot.state();
        return index.list(after, limit, codec.hash(selection.session()), wanted).stream()
                .<Entry>map(Listed::new)
                .toList();
    }

    @Override
    public synchronized List<LocalDocument> update(Collection<DocumentId> ids, Change change) {
        DocumentLog into = opened();
        if (new HashSet<>(ids).size() != ids.size()) {
            throw new IllegalArgumentException("ids: must differ");
        }
        List<LocalDocument> changed = new ArrayList<>();
        List<Frame> frames = new ArrayList<>();
        long next = index.lastSequence() + 1;
        for (DocumentId id : ids) {
            Slot slot = index.get(codec.hash(id));
            Optional<LocalDocument> current = Optional.ofNullable(slot)
                    .map(known -> codec.open(id, read(id, into, known)).document());
            Optional<LocalDocument> result = change.apply(id, current, next);
            if (result.isPresent()) {
                checkPlace(id, result.get(), current, next);
                changed.add(result.get());
                frames.add(codec.seal(result.get()));
                next += result.get().sequence() == next ? 1 : 0;
            }
        }
        write(into, frames);
        return changed;
    }

    private static void checkPlace(DocumentId id, LocalDocument result, Optional<LocalDocument> current, long next) {
        boolean kept = current.filter(document -> document.sequence() == result.sequence())
                .isPresent();
        if (!result.id().equals(id) || !(kept || result.sequence() == next)) {
            throw new IllegalArgumentException("change: must keep the id, and the sequence or take the next one");
        }
    }

    private void write(DocumentLog into, List<Frame> frames) {
        if (frames.isEmpty()) {
            return;
        }
        try {
            List<Place> places = into.append(frames);
            for (int i = 0; i < places.size(); i++) {
                index.put(Slot.of(frames.get(i), places.get(i)));
            }
        } catch (IOException e) {
            throw failed("written", e);
        }
        long replaced = into.length() - index.bytes();
        if (replaced > Math.max(WORTH_COMPACTING, index.bytes())) {
            try {
                compact();
            } catch (RuntimeException e) {
                // What was asked for is done. The next write tries again.
                log.warn(
                        "the document store could not be compacted: {}",
                        e.getClass().getSimpleName());
            }
        }
    }

    /** Writes what counts into a new file, which then takes the place of the old one, in one step. */
    @Override
    public synchronized void compact() {
        DocumentLog from = opened();
        try {
            StoreIndex copied = new StoreIndex();
            fill(fresh -> copy(from, fresh, copied));
            from.close();
            documents = null;
            take(copied);
        } catch (IOException e) {
            throw failed("compacted", e);
        }
    }

    private void copy(DocumentLog from, DocumentLog into, StoreIndex copied) throws IOException {
        into.append(List.of(codec.sealSecret()));
        List<Frame> frames = new ArrayList<>();
        long size = 0;
        for (Iterator<Slot> slots = index.all().iterator(); slots.hasNext(); ) {
            Slot slot = slots.next();
            frames.add(read(StateCodec.nameOf(slot.document()), from, slot));
            size += slot.place().length();
            if (size > COPIED_TOGETHER || !slots.hasNext()) {
                List<Place> places = into.append(frames);
                for (int i = 0; i < places.size(); i++) {
                    copied.put(Slot.of(frames.get(i), places.get(i)));
                }
                frames.clear();
                size = 0;
            }
        }
    }

    private interface Filler {
        void fill(DocumentLog fresh) throws IOException;
    }

    private void fill(Filler filler) throws IOException {
        try (DocumentLog fresh = folder.begin()) {
            filler.fill(fresh);
        }
    }

    // If the new file's name can't be made durable, which of the two a crash leaves is not known: no more writes then.
    private void take(StoreIndex copied) throws IOException {
        try {
            folder.replace();
        } catch (IOException e) {
            documents = folder.reopen();
            throw e;
        }
        index = copied;
        folder.flush();
        documents = folder.reopen();
    }

    /** Gives the files back; nothing is lost without it. Idempotent. */
    @Override
    public synchronized void close() {
        try (folder;
                DocumentLog closing = documents) {
            documents = null;
        } catch (IOException e) {
            // Everything that was acknowledged is flushed already.
            log.warn("closing the document store failed: {}", e.getClass().getSimpleName());
        }
    }

    /** A number; no content. */
    @Override
    public synchronized String toString() {
        return "FileDocumentStore[" + index.all().size() + " documents]";
    }

    private DocumentLog opened() {
        DocumentLog open = documents;
        if (open == null) {
            throw new IllegalStateException("the document store is closed; open it again");
        }
        return open;
    }

    /** @param id what an error calls the document */
    private static Frame read(DocumentId id, DocumentLog from, Slot slot) {
        try {
            return from.read(slot.place()).orElseThrow(() -> new EnvelopeException(id));
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    // Its message may name the folder, and nothing of the documents.
    private static TransientSyncException failed(String what, IOException e) {
        return new TransientSyncException("the document store can't be " + what + "; check the disk", e);
    }

    private final class Listed implements Entry {
        private final Slot slot;

        Listed(Slot slot) {
            this.slot = slot;
        }

        @Override
        public long sequence() {
            return slot.sequence();
        }

        @Override
        public PushState state() {
            return slot.state();
        }

        @Override
        public Optional<Stored> open() {
            DocumentId name = StateCodec.nameOf(slot.document());
            Frame frame;
            synchronized (FileDocumentStore.this) {
                DocumentLog from = opened();
                Slot now = index.get(slot.document());
                if (now == null || now.sequence() != slot.sequence()) {
                    return Optional.empty();
                }
                frame = read(name, from, now);
            }
            return Optional.of(codec.open(name, frame));
        }

        /** Its place; no content. */
        @Override
        public String toString() {
            return "Entry[" + slot.sequence() + ", " + slot.state() + "]";
        }
    }
}
