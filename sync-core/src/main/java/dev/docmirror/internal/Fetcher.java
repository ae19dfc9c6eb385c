package dev.docmirror.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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
 * Reads the feed ahead of the apply thread: one batch waits in the hand-over while the next is fetched. A thread of its
 * own runs it; {@link #take}, {@link #refresh} and {@link #stop} are for others.
 */
final class Fetcher implements Runnable {
    private static final int BATCHES_AHEAD = 1;
    /** An empty page that is not the end: a node in maintenance, for one. */
    private static final Duration EMPTY_PAGE_PAUSE = Duration.ofSeconds(1);

    private final ChangeSource source;
    private final SyncOptions options;
    private final Status status;
    private final Guard guard;
    private final Stop stop;
    private final MappingAhead mapping;
    private final LongSupplier nanoTime;
    private final boolean wait;
    private final BlockingQueue<Item> handOver = new ArrayBlockingQueue<>(BATCHES_AHEAD);
    private Optional<Position> position;
    private boolean atEnd;
    /** Whether somebody waits for an answer without a wait; until one came, however many tries that takes. */
    private boolean fresh;

    private volatile @Nullable ChangeFeed feed;
    private volatile boolean refresh;

    private sealed interface Item {}

    private record Filled(Fetched fetched) implements Item {}

    private record Failed(SyncException failure) implements Item {}

    /** Nothing was fetched, but there is something else to do. */
    private record Nudge() implements Item {}

    /** @param wait whether to wait at the end of the feed for changes */
    Fetcher(
            ChangeSource source,
            Optional<Position> from,
            boolean wait,
            SyncOptions options,
            Status status,
            Guard guard,
            Stop stop,
            MappingAhead mapping,
            LongSupplier nanoTime) {
        this.source = source;
        this.position = from;
        this.wait = wait;
        this.options = options;
        this.status = status;
        this.guard = guard;
        this.stop = stop;
        this.mapping = mapping;
        this.nanoTime = nanoTime;
    }

    @Override
    public void run() {
        try {
            hand(follow());
        } catch (Stop.StoppedException | InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing to tell: this thread ends here
        } finally {
            closeFeed();
        }
    }

    /** Hands batch after batch over, until something ends that. */
    private Failed follow() throws InterruptedException {
        try {
            while (true) {
                Fetched fetched = guard.call(this::fetch);
                ChangeBatch batch = fetched.batch();
                if (!batch.changes().isEmpty()) {
                    status.behind();
                }
                position = Optional.of(batch.position());
                atEnd = batch.caughtUp();
                hand(new Filled(fetched));
                if (batch.changes().isEmpty() && !batch.caughtUp()) {
                    stop.pause(EMPTY_PAGE_PAUSE);
                }
            }
        } catch (Stop.StoppedException e) {
            throw e;
        } catch (SyncException e) {
            return new Failed(e);
        } catch (RuntimeException | Error e) {
            return new Failed(new UnexpectedFailureException("the change source", e));
        }
    }

    /**
     * The next batch; empty if there is none yet, or after a {@link #nudge()}. Throws what ended the fetch thread.
     *
     * @param patient whether to wait for one or the other
     */
    Optional<Fetched> take(boolean patient) throws InterruptedException {
        Item item = patient ? handOver.take() : handOver.poll();
        if (item instanceof Failed failed) {
            throw failed.failure();
        }
        return item instanceof Filled filled ? Optional.of(filled.fetched()) : Optional.empty();
    }

    /** Whether nothing waits to be applied. */
    boolean isDrained() {
        return !(handOver.peek() instanceof Filled);
    }

    /** Ends the {@link #take} that waits, or else the next one. */
    void nudge() {
        handOver.offer(new Nudge()); // where it is full, nobody waits
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
        nudge();
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
                return new Fetched(batch, began, nanoTime.getAsLong(), mapping.begin(batch.changes()));
            } catch (TransientSyncException e) {
                if (feed != null) {
                    throw e;
                }
            }
        }
    }

    private void hand(Item item) throws InterruptedException {
        while (!handOver.offer(item, 100, TimeUnit.MILLISECONDS)) {
            stop.check();
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
