package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/**
 * Most documents of a batch could not be mirrored. That is a wrong mapping or a broken table, not poison; nothing was
 * parked.
 */
public class SystemicFailureException extends SyncException {
    private static final long serialVersionUID = 1;

    public SystemicFailureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
