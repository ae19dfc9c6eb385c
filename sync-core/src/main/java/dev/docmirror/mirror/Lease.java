package dev.docmirror.mirror;

import dev.docmirror.change.StreamId;

/**
 * The right to write one stream's mirror. Thread-safe. {@link #close()} gives it back at once, is idempotent, and does
 * nothing if it was lost; a crash gives it back when it expires.
 */
public interface Lease extends AutoCloseable {
    StreamId stream();

    /** The fencing number of this grant. */
    long epoch();

    /**
     * Makes the lease last for its full time again.
     *
     * @throws dev.docmirror.error.LeaseLostException if another worker took it meanwhile
     */
    void renew();

    @Override
    void close();
}
