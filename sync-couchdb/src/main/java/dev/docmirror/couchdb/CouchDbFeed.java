package dev.docmirror.couchdb;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code _changes}: page by page while behind, by longpoll at the end. A page that does not fit into a batch goes on
 * in the next poll. The position moves with each row whose position the server tells, and with the page's end.
 */
final class CouchDbFeed implements ChangeFeed {
    private static final Logger log = LoggerFactory.getLogger(CouchDbFeed.class);
    private static final String BEGINNING = "0";
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);
    /** Between two requests a database can be deleted and made anew unnoticed; in less time than this hardly. */
    private static final Duration UNOBSERVED = Duration.ofMillis(100);
    /** A longpoll that ends at once with nothing must not become a busy loop. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private final PageReader pages;
    private final LeafReader leaves;
    private final IdentityProbe probe;
    private final Cancellation cancellation;
    private final ReentrantLock polling = new ReentrantLock();
    private final Deque<ChangeRow> carried = new ArrayDeque<>();
    private final boolean resumed;
    private String position;
    private boolean moved;
    private @Nullable SourceIdentity expected;
    private boolean checkDue = true;
    private long checked;
    private OptionalLong pending = OptionalLong.empty();
    private boolean wasShort;
    private boolean caughtUp;

    /** @param expected the identity that was seen last; unknown if nobody asked yet */
    CouchDbFeed(
            Optional<Position> after,
            Optional<SourceIdentity> expected,
            PageReader pages,
            LeafReader leaves,
            IdentityProbe probe,
            Cancellation cancellation) {
        this.resumed = after.isPresent();
        this.position = after.map(Position::value).orElse(BEGINNING);
        this.expected = expected.orElse(null);
        this.pages = pages;
        this.leaves = leaves;
        this.probe = probe;
        this.cancellation = cancellation;
    }

    @Override
    public ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        polling.lock();
        boolean done = false;
        try {
            ChangeBatch batch = cancellation.isCancelled() ? nothing() : next(limits, maxWait);
            done = true;
            return batch;
        } catch (RequestInterruptedException e) {
            Thread.interrupted(); // now told by the exception
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            if (!done) {
                startAnew();
            }
            polling.unlock();
            closeIfCancelled();
        }
    }

    private ChangeBatch nothing() {
        return new ChangeBatch(List.of(), Position.of(position), OptionalLong.empty(), false);
    }

    private ChangeBatch next(BatchLimits limits, Duration maxWait) throws InterruptedException {
        if (pages.isOpen()) { // of the database that was looked at when it was opened
            return batch(limits, false);
        }
        long began = System.nanoTime();
        checkIdentity(began);
        if (!caughtUp || maxWait.isZero()) {
            pages.open(position, resumed || moved, limits);
            ChangeBatch batch = batch(limits, true);
            Duration rest = maxWait.minusNanos(System.nanoTime() - began);
            if (!batch.changes().isEmpty() || !caughtUp || rest.isNegative() || rest.isZero()) {
                return batch;
            }
            return awaited(limits, rest);
        }
        return awaited(limits, maxWait);
    }

    private ChangeBatch awaited(BatchLimits limits, Duration maxWait) throws InterruptedException {
        long began = System.nanoTime();
        if (!pages.openWaiting(position, resumed || moved, limits, maxWait)) {
            // Only an answer tells whether there is nothing new or nobody there.
            pages.open(position, resumed || moved, limits);
        }
        ChangeBatch batch = batch(limits, true);
        if (batch.changes().isEmpty()) {
            checkDue = true; // a longpoll also ends when its database is deleted
            Duration least = maxWait.compareTo(SHORTEST_WAIT) < 0 ? maxWait : SHORTEST_WAIT;
            Duration rest = least.minusNanos(System.nanoTime() - began);
            if (!rest.isNegative() && caughtUp) {
                cancellation.pause(rest);
            }
        }
        return batch;
    }

    private void checkIdentity(long now) {
        boolean due = checkDue || now - checked > CHECK_EVERY.toNanos() || now - pages.heard() > UNOBSERVED.toNanos();
        if (!due) {
            return;
        }
        checkDue = true;
        if (expected == null) {
            expected = probe.ask();
        } else {
            probe.check(expected);
        }
        checkDue = false;
        checked = System.nanoTime();
    }

    /**
     * Takes rows from the open page until the batch or the page is full.
     *
     * @param opened whether this poll opened the page: what an older one does not have was not there long ago
     */
    private ChangeBatch batch(BatchLimits limits, boolean opened) throws InterruptedException {
        List<ChangeRow> rows = take(limits);
        List<ChangeRow> newest = newestOfEach(rows);
        List<DocumentChange> changes = newest.isEmpty() ? List.of() : leaves.changes(newest, limits);
        int covered = rows.size();
        if (changes.size() < newest.size()) {
            covered = rows.indexOf(newest.get(changes.size()));
            for (int i = rows.size() - 1; i >= covered; i--) {
                carried.addFirst(rows.get(i));
            }
        }
        String reached = position;
        for (ChangeRow row : rows.subList(0, covered)) {
            reached = row.seq() == null ? reached : row.seq();
        }
        pending = pendingAfter(covered);
        boolean atEnd = false;
        if (carried.isEmpty() && pages.isComplete()) {
            PageReader.End end = pages.end();
            reached = end.last();
            pending = end.pending();
            atEnd = end.isShort() && (end.rows() == 0 || (wasShort && opened));
            wasShort = end.isShort();
        } else if (carried.isEmpty() && rows.get(covered - 1).seq() != null && pages.dropIfTooHeavy(limits)) {
            wasShort = false;
        }
        moved |= !reached.equals(position);
        position = reached;
        caughtUp = atEnd;
        log.debug("{} changes, pending {}, caught up: {}", changes.size(), pending, atEnd);
        return new ChangeBatch(changes, Position.of(reached), pending, atEnd);
    }

    /** What still waits when so many more rows were taken; counted down, since a page tells it at its end only. */
    private OptionalLong pendingAfter(int rows) {
        long rest = pending.orElse(0) - rows;
        return rest > 0 ? OptionalLong.of(rest) : OptionalLong.empty();
    }

    private List<ChangeRow> take(BatchLimits limits) {
        List<ChangeRow> rows = new ArrayList<>();
        int documents = 0;
        long bytes = 0;
        boolean full = false;
        while (!full) {
            ChangeRow row = carried.poll();
            row = row == null ? pages.next() : row;
            full = carried.isEmpty() && pages.endsBatch();
            if (row == null) {
                return rows;
            }
            if (!row.isDesign()) {
                if (documents > 0 && bytes + row.size() > limits.bytes()) {
                    carried.addFirst(row);
                    return rows;
                }
                documents++;
                bytes += row.size();
                full |= documents == limits.documents();
            }
            rows.add(row);
        }
        return rows;
    }

    /** Each document once, at its last row; design documents, which are no data, not at all. */
    private static List<ChangeRow> newestOfEach(List<ChangeRow> rows) {
        Map<DocumentId, ChangeRow> newest = new LinkedHashMap<>(rows.size() * 2);
        for (ChangeRow row : rows) {
            if (!row.isDesign()) {
                ChangeRow older = newest.put(row.id(), row);
                if (older != null) { // it keeps the place of the older one
                    newest.remove(row.id());
                    newest.put(row.id(), row);
                }
            }
        }
        return new ArrayList<>(newest.values());
    }

    /** After a failure the feed goes on behind the last batch that was returned. */
    private void startAnew() {
        pages.close();
        carried.clear();
        checkDue = true;
        pending = OptionalLong.empty();
        wasShort = false;
        caughtUp = false;
    }

    @Override
    public void close() {
        cancellation.cancel();
        closeIfCancelled();
    }

    /** Whoever comes last, the polling thread or the closing one, gives the connection back. */
    private void closeIfCancelled() {
        if (cancellation.isCancelled() && polling.tryLock()) {
            try {
                pages.close();
            } finally {
                polling.unlock();
            }
        }
    }
}
