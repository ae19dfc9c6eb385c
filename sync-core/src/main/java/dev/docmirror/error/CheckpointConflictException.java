package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** The stored checkpoint is not the one this worker wrote last: another process moved it. */
public class CheckpointConflictException extends SyncException {
    private static final long serialVersionUID = 1;

    public CheckpointConflictException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
