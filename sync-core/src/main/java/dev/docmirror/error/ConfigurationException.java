package dev.docmirror.error;

import org.jspecify.annotations.Nullable;

/** A setting of the host or of a server that docmirror can not work with; the message says which and what to set. */
public class ConfigurationException extends SyncException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
