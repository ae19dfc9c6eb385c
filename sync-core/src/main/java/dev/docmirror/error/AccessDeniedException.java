package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** The server refused the credentials, or they do not allow what was asked. Mend the user, password or grants. */
public class AccessDeniedException extends SyncException {
    private static final long serialVersionUID = 1;

    public AccessDeniedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
