package dev.docmirror.envelope;

import dev.docmirror.change.DocumentId;
import dev.docmirror.envelope.SealedDocuments.Standing;

/** What a re-encryption tells while it runs. */
public sealed interface ReEncryptionEvent {

    /** A page is done. */
    record Progress(ReEncryptionReport soFar) implements ReEncryptionEvent {}

    /**
     * A document stays under an older key.
     *
     * @param why {@code KEY_MISSING}, {@code DAMAGED} or {@code REFUSED}
     */
    record Left(DocumentId id, Standing why) implements ReEncryptionEvent {}
}
