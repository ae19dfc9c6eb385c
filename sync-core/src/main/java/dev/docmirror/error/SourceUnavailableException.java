package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** The source answers, but not as a database that can be mirrored: it does not exist, or is another kind of server. */
public class SourceUnavailableException extends SyncException {
    private static final long serialVersionUID = 1;

    public SourceUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
