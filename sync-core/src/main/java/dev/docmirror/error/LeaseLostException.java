package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** Another worker holds the lease of this stream; nothing of the transaction was committed. */
public class LeaseLostException extends SyncException {
    private static final long serialVersionUID = 1;

    public LeaseLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
