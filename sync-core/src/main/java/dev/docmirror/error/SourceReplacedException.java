package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/**
 * The source is not the database that the checkpoint belongs to: it was deleted and made anew, restored, or the
 * configuration names another one. Going on would skip changes or mix two databases, so a person decides: restore the
 * configuration, or reset the stream to mirror the new database from its beginning.
 */
public class SourceReplacedException extends SyncException {
    private static final long serialVersionUID = 1;

    public SourceReplacedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
