package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.error.SyncException;

/**
 * What one push did.
 *
 * @param pushed versions that the server has now
 * @param conflicting documents that met another version, see {@link PushState#CONFLICTING}
 * @param refused documents that the server refused, see {@link PushState#REFUSED}
 * @param unreadable documents that could not be opened; they stay as they are
 * @param failure what ended the push before all was done, if anything did; the next one goes on there
 */
public record EdgeReport(int pushed, int conflicting, int refused, int unreadable, Optional<SyncException> failure) {

    /** Whether everything that was to be pushed is on the server. */
    public boolean isComplete() {
        return failure.isEmpty() && conflicting + refused + unreadable == 0;
    }
}
