package dev.docmirror.error;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** A failure that can heal by itself: I/O, a timeout, an overloaded or restarting server, a deadlock. */
public class TransientSyncException extends SyncException {
    private static final long serialVersionUID = 1;
    private final @Nullable Duration retryAfter;

    public TransientSyncException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /** @param retryAfter how long the other side asked to be left alone, if it did */
    public TransientSyncException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the other side asked to be left alone (HTTP {@code Retry-After}, RFC 9110 section 10.2.3). */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
