package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of all errors of docmirror. Messages and causes hold no document content, credential or key; adapters that
 * translate a foreign exception must not attach one whose message echoes values.
 */
public abstract class SyncException extends RuntimeException {
    private static final long serialVersionUID = 1;

    protected SyncException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
