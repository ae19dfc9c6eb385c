package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** The worker ended, or is in a state in which what was waited for can no longer happen. */
public class SyncStoppedException extends SyncException {
    private static final long serialVersionUID = 1;

    public SyncStoppedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
