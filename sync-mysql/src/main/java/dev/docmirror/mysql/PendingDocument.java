package dev.docmirror.mysql;

import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.TableLayout.KeyForm;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import org.jspecify.annotations.Nullable;

/** A document on its way into the tables. */
final class PendingDocument {
    private final DocumentWrite write;
    private final MirroredDocument registered;
    private final DocKey key;
    private @Nullable Refusal refusal;
    private boolean wrote;
    private boolean done;

    /**
     * @param write names the tables as they are in the database
     * @param registered what the registry is to say, where they have the mapper's names
     */
    PendingDocument(DocumentWrite write, MirroredDocument registered, DocKey key) {
        this.write = write;
        this.registered = registered;
        this.key = key;
    }

    DocumentWrite write() {
        return write;
    }

    MirroredDocument state() {
        return write.state();
    }

    MirroredDocument registered() {
        return registered;
    }

    DocKey key() {
        return key;
    }

    /** The value of a key column. */
    Object key(KeyForm form) {
        return form == KeyForm.TEXT ? state().id().value() : key.bytes();
    }

    /** About how many bytes a key takes in a statement. */
    long keySize() {
        return state().id().value().length() + 40L;
    }

    boolean refused() {
        return refusal != null;
    }

    void refuse(Refusal reason) {
        refusal = reason;
    }

    /** Whether it takes part: it is neither refused nor written for good. */
    boolean isOpen() {
        return refusal == null && !done;
    }

    void wrote() {
        wrote = true;
    }

    /** Whether it was refused after part of it had been written. */
    boolean isHalf() {
        return wrote && refusal != null;
    }

    /** To be called after a rollback. */
    void undone() {
        wrote = false;
    }

    void done() {
        done = refusal == null;
    }

    /** Whether it was refused because of other rows. */
    boolean collided() {
        return refusal != null && refusal.relational();
    }

    /** Takes back a refusal that was because of other rows. */
    boolean reopen() {
        if (!collided()) {
            return false;
        }
        refusal = null;
        return true;
    }

    DeadLetter deadLetter() {
        String reason = refusal == null ? "" : refusal.reason();
        DeadLetter.Kind kind = collided() ? DeadLetter.Kind.COLLISION : DeadLetter.Kind.SINK;
        return new DeadLetter(state().id(), state().revision(), state().type(), kind, reason);
    }
}
