package dev.docmirror.edge;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the documents of an edge node. Thread-safe; whoever creates it closes it. Implementations that write to a disk
 * write nothing in plaintext: no bodies, no ids, no sessions.
 *
 * <p>What a method that writes has returned is durable, and each document changes as a whole or not at all, whatever
 * crashes. Methods throw {@link dev.docmirror.error.TransientSyncException} if the disk fails them, and nothing was
 * changed then; {@link dev.docmirror.error.MissingKeyException} if the key is not there;
 * {@link dev.docmirror.error.EnvelopeException} if what lies there was altered; and
 * {@link dev.docmirror.error.MappingException} for a document that can't be kept, for its size, its nesting or its id.
 */
public interface SecureDocumentStore {

    /** The document, a tombstone included. */
    Optional<LocalDocument> get(DocumentId id);

    /**
     * The documents whose sequence is greater than this, in the order of their sequences. Opens none of them, so it
     * costs little and can't fail for the sake of one.
     *
     * @param after 0 for all
     * @param limit how many at most
     */
    List<Entry> list(long after, int limit, Selection selection);

    /**
     * Changes documents, each in one step that nobody comes between. Their envelopes are made anew, under the newest
     * key.
     *
     * @param ids each at most once
     * @param change is asked about each in turn; must be quick and must not use the store. If it throws, nothing is
     *     changed
     * @return the documents that were written, in the order of the ids
     */
    List<LocalDocument> update(Collection<DocumentId> ids, Change change);

    /** A document of a list, not opened yet. Thread-safe. */
    interface Entry {
        long sequence();

        PushState state();

        /** The document as it is now; empty if it was changed and has another sequence by now. */
        Optional<Stored> open();
    }

    /**
     * A document and the key it lay under.
     *
     * @param keyId empty for a store that does not seal
     */
    record Stored(LocalDocument document, Optional<String> keyId) {}

    /** A change of one document. */
    @FunctionalInterface
    interface Change {
        /**
         * @param current the document, if there is one
         * @param next the sequence that the document takes if the change is one of what it says or follows; else it keeps
         *     its own
         * @return what to write, which may be {@code current} itself; empty to leave it alone
         */
        Optional<LocalDocument> apply(DocumentId id, Optional<LocalDocument> current, long next);
    }

    /**
     * Writes a document, to be pushed; a deleted one comes back.
     *
     * @param session the session it belongs to from now on; empty for none
     * @param body its fields; copied
     */
    default LocalDocument put(DocumentId id, Optional<String> session, ObjectNode body) {
        return update(List.of(id), (same, current, next) -> Optional.of(Changes.put(id, current, next, session, body)))
                .get(0);
    }

    /**
     * Makes a document a tombstone, to be pushed.
     *
     * @return false if it is not there, or is one already
     */
    default boolean delete(DocumentId id) {
        return !update(List.of(id), Changes::delete).isEmpty();
    }

    /**
     * Says which revision of the server a document follows, and has it pushed again. For one in conflict: the host has
     * looked at the server's version, has put its own or a merged body, and this version is to take the other's place.
     *
     * @param parent the server's revision; empty if the server's document is deleted
     * @return false if it is not there
     */
    default boolean rebase(DocumentId id, Optional<Revision> parent) {
        return !update(List.of(id), (same, current, next) -> Changes.rebase(current, next, parent))
                .isEmpty();
    }

    /**
     * Has a refused document pushed again.
     *
     * @return false if it is not refused
     */
    default boolean retry(DocumentId id) {
        return !update(List.of(id), (same, current, next) -> Changes.retry(current))
                .isEmpty();
    }

    /** Makes the envelopes of documents anew, under the newest key. They keep sequence and state. */
    default void reseal(Collection<DocumentId> ids) {
        update(ids, (id, current, next) -> current);
    }

    /**
     * Removes from the disk what was replaced: earlier states of documents, envelopes under earlier keys. Whoever rotates
     * keys calls it at the end. A store that replaces in place has nothing to do.
     */
    default void compact() {}

    /** How many documents there are of these. */
    default int count(Selection selection) {
        int page = 1_000;
        int count = 0;
        long after = 0;
        for (List<Entry> entries = list(after, page, selection);
                !entries.isEmpty();
                entries = list(after, page, selection)) {
            count += entries.size();
            after = entries.get(entries.size() - 1).sequence();
        }
        return count;
    }

    /**
     * How far everything is pushed: documents up to this sequence are on the server as they are, or wait for a decision.
     * Nothing is kept for it but the state of each document, so it can't run ahead of them.
     */
    default long checkpoint() {
        List<Entry> pending = list(0, 1, Selection.of(PushState.PENDING));
        if (!pending.isEmpty()) {
            return pending.get(0).sequence() - 1;
        }
        int page = 1_000;
        long last = 0;
        for (List<Entry> entries = list(0, page, Selection.all());
                !entries.isEmpty();
                entries = list(last, page, Selection.all())) {
            last = entries.get(entries.size() - 1).sequence();
        }
        return last;
    }
}
