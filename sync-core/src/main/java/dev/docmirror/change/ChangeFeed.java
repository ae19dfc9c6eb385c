package dev.docmirror.change;

import java.time.Duration;

/**
 * A cursor over the changes of one {@link ChangeSource}. Used by one thread at a time, which may hand it to another one,
 * but for {@link #close()}, which may be called from any thread, at any time and repeatedly, and makes a waiting {@link #poll} end promptly (with an empty
 * batch or a {@link dev.docmirror.error.TransientSyncException}).
 *
 * <p>A change may be repeated, within a batch's successors or after a reconnect; none is ever skipped: each change the
 * source had acknowledged before a poll comes with it or with a later one. Within one batch a document appears once, at
 * its newest state.
 */
public interface ChangeFeed extends AutoCloseable {

    /**
     * The next changes. While the feed is behind it returns as soon as a batch is complete; at the end it waits for a
     * change, at most {@code maxWait}, and then returns an empty batch. After a failure the feed may be polled again:
     * it goes on from the last batch it returned.
     *
     * @param limits when to cut a batch
     * @param maxWait how long to wait for a change at the end of the feed; zero does not wait
     * @throws dev.docmirror.error.TransientSyncException if it may work later
     * @throws dev.docmirror.error.SourceReplacedException if the database was replaced since the feed was opened
     * @throws InterruptedException if the thread was interrupted
     */
    ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException;

    @Override
    void close();
}
