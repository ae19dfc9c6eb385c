package dev.docmirror.error;

import dev.docmirror.change.DocumentId;

/**
 * A document whose key is not there. The worker registers it as encrypted and leaves its rows as they are; give the
 * {@link dev.docmirror.envelope.KeyProvider} the key and call {@link dev.docmirror.SyncWorker#retryEncrypted()}.
 */
public final class MissingKeyException extends MappingException {
    private static final long serialVersionUID = 1;
    private final String keyId;

    /** @param keyId the key's id, {@code newest} for the one to write with */
    public MissingKeyException(DocumentId id, String keyId) {
        super(id, "the key that this document needs is not there");
        this.keyId = keyId;
    }

    public String keyId() {
        return keyId;
    }
}
