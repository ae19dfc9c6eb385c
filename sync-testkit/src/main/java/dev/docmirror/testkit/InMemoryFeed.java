package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.testkit.InMemoryDatabase.Point;

/** A cursor in an {@link InMemoryDatabase}; its state belongs to the database's monitor. */
final class InMemoryFeed implements ChangeFeed {
    // CouchDB's look: a number, then text that says nothing. A position of another database is accepted as well.
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-[0-9a-z]+");

    private final InMemoryDatabase database;
    private final long incarnation;
    private long cursor;
    private boolean closed;

    InMemoryFeed(InMemoryDatabase database, Optional<Position> after) {
        this.database = database;
        this.incarnation = database.incarnation();
        this.cursor = after.map(InMemoryFeed::parse).orElse(0L);
    }

    @Override
    public ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException {
        database.faults().pass(Point.POLL);
        long from;
        List<DocumentChange> late;
        ChangeBatch batch;
        synchronized (database) {
            awaitChange(maxWait);
            if (incarnation != database.incarnation()) {
                throw new SourceReplacedException(
                        "the database was made anew under this feed; reset the stream to mirror the new one", null);
            }
            from = cursor;
            late = closed ? List.of() : database.takeInjected();
            batch = closed ? batch(List.of()) : take(limits, late);
        }
        try {
            database.faults().pass(Point.POLL_ANSWER);
        } catch (RuntimeException e) {
            giveBack(from, late);
            throw e;
        }
        return batch;
    }

    private void giveBack(long from, List<DocumentChange> late) {
        synchronized (database) {
            cursor = Math.min(cursor, from);
            database.inject(late.toArray(DocumentChange[]::new));
        }
    }

    private void awaitChange(Duration maxWait) throws InterruptedException {
        long end = System.nanoTime() + maxWait.toNanos();
        long left = maxWait.toNanos();
        while (!closed
                && incarnation == database.incarnation()
                && !database.hasInjected()
                && cursor >= database.lastSequence()
                && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(database, left);
            left = end - System.nanoTime();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private ChangeBatch take(BatchLimits limits, List<DocumentChange> late) {
        Map<DocumentId, DocumentChange> taken = new LinkedHashMap<>();
        late.forEach(change -> taken.put(change.id(), change));
        long bytes = late.stream().mapToLong(DocumentChange::bytes).sum();
        boolean cut = false;
        for (Map.Entry<Long, DocumentId> entry :
                database.log().tailMap(cursor, false).entrySet()) {
            DocumentChange change = database.known(entry.getValue()).change();
            bytes += change.bytes();
            cut = !taken.isEmpty() && (taken.size() >= limits.documents() || bytes > limits.bytes());
            if (cut) {
                break;
            }
            taken.put(change.id(), change);
            cursor = entry.getKey();
        }
        // The newest change may have been purged: the position moves past it all the same.
        cursor = cut ? cursor : Math.max(cursor, database.lastSequence());
        List<DocumentChange> changes = new ArrayList<>(taken.values());
        database.shuffling().ifPresent(random -> Collections.shuffle(changes, random));
        return batch(changes);
    }

    private ChangeBatch batch(List<DocumentChange> changes) {
        long pending = database.log().tailMap(cursor, false).size();
        return new ChangeBatch(changes, position(cursor), OptionalLong.of(pending), pending == 0);
    }

    void rewind(int documents) {
        for (int i = 0; i < documents && cursor > 0; i++) {
            Long before = database.log().floorKey(cursor);
            cursor = before == null ? 0 : before - 1;
        }
    }

    @Override
    public void close() {
        synchronized (database) {
            closed = true;
            database.closed(this);
            database.notifyAll();
        }
    }

    static Position position(long sequence) {
        return Position.of(sequence + "-" + Long.toString((sequence * 0x9e3779b97f4a7c15L) >>> 1, 36));
    }

    static long parse(Position position) {
        Matcher matcher = FORM.matcher(position.value());
        if (!matcher.matches()) {
            throw new InvalidPositionException("the position is malformed; restore the checkpoint or reset", null);
        }
        return Long.parseLong(matcher.group(1));
    }
}
