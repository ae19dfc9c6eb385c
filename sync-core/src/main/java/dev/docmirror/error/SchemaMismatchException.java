package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** The live tables are not as the mapping or docmirror itself needs them; the message names each difference. */
public class SchemaMismatchException extends SyncException {
    private static final long serialVersionUID = 1;

    public SchemaMismatchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
