package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/**
 * The source refused the stored position as malformed. It is never replaced by the beginning: restore the checkpoint,
 * or reset the stream.
 */
public class InvalidPositionException extends SyncException {
    private static final long serialVersionUID = 1;

    public InvalidPositionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
