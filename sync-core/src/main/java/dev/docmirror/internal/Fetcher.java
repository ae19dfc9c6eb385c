package dev.docmirror.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import dev.docmirror.SyncOptions;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Position;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the feed ahead of the apply thread: one batch waits in the hand-over while the next is fetched. At the end of the
 * feed it polls when the apply thread asks for more, or is busy for long: polls whose answers would only wait take
 * processor time from the document server. A thread of its own runs it, after the {@link #first} batch if there is such
 * a call; {@link #handOver}, {@link #refresh} and {@link #stop} are for others.
 */
final class Fetcher implements Runnable {
    /** An empty page that is not the end: a node in maintenance, for one. */
    private static final Duration EMPTY_PAGE_PAUSE = Duration.ofSeconds(1);

    /** At the end of the feed, while a batch is applied; so short that the source is seldom out of sight. */
    private static final Duration POLL_PAUSE = Duration.ofMillis(50);

    private final ChangeSource source;
    private final SyncOptions options;
    private final Status status;
    private final Guard guard;
    private final Stop stop;
    private final LongSupplier nanoTime;
    private final boolean wait;
    private final HandOver handOver;
    private Optional<Position> position;
    private boolean atEnd;
    /** Whether somebody waits for an answer without a wait; until one came, however many tries that takes. */
    private boolean fresh;

    private volatile @Nullable ChangeFeed feed;
    private volatile boolean refresh;

    /** @param wait whether to wait at the end of the feed for changes */
    Fetcher(
            ChangeSource source,
            Optional<Position> from,
            boolean wait,
            SyncOptions options,
            Status status,
            Guard guard,
            Stop stop,
            DecidingAhead ahead,
            LongSupplier nanoTime) {
        this.source = source;
        this.position = from;
        this.wait = wait;
        this.options = options;
        this.status = status;
        this.guard = guard;
        this.stop = stop;
        this.nanoTime = nanoTime;
        this.handOver = new HandOver(options.batchLimits(), stop, ahead::begin);
    }

    @Override
    public void run() {
        try {
            follow();
        } catch (Stop.StoppedException | InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        } catch (SyncException e) {
            handOver.fail(e);
        } catch (RuntimeException | Error e) {
            handOver.fail(new UnexpectedFailureException("the change source", e));
        } finally {
            closeFeed();
        }
    }

    /**
     * Hands the first batch over, on the thread that will take it.
     *
     * @return whether there is more to fetch
     */
    boolean first() throws InterruptedException {
        next();
        if (atEnd) {
            closeFeed();
        }
        return !atEnd;
    }

    /** Hands batch after batch over, for ever or until the end of the feed. */
    private void follow() throws InterruptedException {
        while (wait || !atEnd) {
            next();
        }
    }

    private void next() throws InterruptedException {
        if (atEnd) {
            handOver.awaitDemand(POLL_PAUSE); // what is written meanwhile comes with the next poll
        }
        Fetched fetched = guard.call(this::fetch);
        ChangeBatch batch = fetched.batch();
        if (!batch.changes().isEmpty()) {
            status.behind();
        }
        position = Optional.of(batch.position());
        boolean timely = handOver.put(fetched);
        atEnd = batch.caughtUp() && (timely || !wait);
        if (batch.changes().isEmpty() && !batch.caughtUp()) {
            stop.pause(EMPTY_PAGE_PAUSE);
        }
    }

    HandOver handOver() {
        return handOver;
    }

    /** Ends a poll that waits for changes, so that a new one begins. */
    void refresh() {
        refresh = true;
        closeFeed();
    }

    /** Ends the thread soon. */
    void stop() {
        stop.request();
        closeFeed();
        handOver.nudge();
    }

    private Fetched fetch() throws InterruptedException {
        while (true) {
            stop.check();
            fresh |= refresh;
            refresh = false;
            ChangeFeed open = feed;
            if (open == null) {
                open = source.open(position);
                feed = open;
                continue; // a stop or refresh that came meanwhile is seen
            }
            long began = nanoTime.getAsLong();
            try {
                Duration maxWait = wait && atEnd && !fresh ? options.pollWait() : Duration.ZERO;
                ChangeBatch batch = open.poll(options.batchLimits(), maxWait);
                if (feed == null && batch.changes().isEmpty()) {
                    continue; // closed meanwhile: this says nothing about the end of the feed
                }
                fresh = false;
                return new Fetched(batch, began, nanoTime.getAsLong());
            } catch (TransientSyncException e) {
                if (feed != null) {
                    throw e;
                }
            }
        }
    }

    private void closeFeed() {
        ChangeFeed open = feed;
        feed = null;
        if (open != null) {
            open.close();
        }
    }
}
