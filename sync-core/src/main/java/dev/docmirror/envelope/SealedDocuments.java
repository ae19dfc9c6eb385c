package dev.docmirror.envelope;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;

/**
 * Stored documents whose envelopes can be made anew, for {@link ReEncryption}. Used by one thread at a time.
 *
 * <p>Both methods throw {@link dev.docmirror.error.TransientSyncException} for what can heal by itself; the run ends then
 * and can be run again.
 */
public interface SealedDocuments {

    /** The id of the key that envelopes are to lie under. */
    String newestKey();

    /**
     * Looks at the documents strictly after a place, and changes none.
     *
     * @param after empty for the beginning
     * @param limit about how many
     */
    Page read(Optional<Position> after, int limit) throws InterruptedException;

    /** All are done: removes what is left of earlier envelopes, where the store can. Harmless if repeated. */
    default void finish() {}

    /** How a document stands. */
    enum Standing {
        /** Sealed under the newest key, in the newest layout. */
        CURRENT,
        /** Sealed under an older key or in an older layout, and opened. */
        OLD,
        /** Not sealed, or a tombstone; stays as it is. */
        PLAIN,
        /** Its key is not there; stays as it is. */
        KEY_MISSING,
        /** It was altered, or belongs to another document, database or key; stays as it is. */
        DAMAGED,
        /** The store does not take its new envelope; stays as it is. */
        REFUSED,
        /** It was changed before its new envelope was written, and comes in a later page. */
        OVERTAKEN
    }

    /** A version of a document, and how it stands. */
    record Item(DocumentId id, Standing standing) {}

    /** Some documents. */
    interface Page {
        List<Item> items();

        /** Where to go on, once these are done. */
        Position next();

        /** Whether none came behind it when it was read. */
        boolean isLast();

        /**
         * Makes the envelopes of those that are {@link Standing#OLD} anew. They are durable when it returns; to repeat it
         * after a crash is harmless.
         *
         * @return those that could not be written, and why
         */
        List<Item> rewrite();
    }
}
