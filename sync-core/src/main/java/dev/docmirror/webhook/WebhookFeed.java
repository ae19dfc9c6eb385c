package dev.docmirror.webhook;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.webhook.WebhookInbox.Entry;
import dev.docmirror.webhook.WebhookInbox.Page;

/** A cursor over the entries of an inbox. */
final class WebhookFeed implements ChangeFeed {
    private final WebhookInbox inbox;
    private final WebhookDocuments documents;
    private final Duration polling;
    private final String incarnation;
    private final Object monitor = new Object();
    private boolean fromBeginning;
    private long cursor;
    private boolean closed;

    WebhookFeed(WebhookInbox inbox, WebhookDocuments documents, Duration polling, Optional<Long> after) {
        this.inbox = inbox;
        this.documents = documents;
        this.polling = polling;
        this.incarnation = inbox.identity().incarnation();
        this.fromBeginning = after.isEmpty();
        this.cursor = after.orElse(0L);
    }

    @Override
    public ChangeBatch poll(BatchLimits limits, Duration maxWait) throws InterruptedException {
        long end = System.nanoTime() + maxWait.toNanos();
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (isClosed()) {
                return new ChangeBatch(List.of(), position(), OptionalLong.empty(), false);
            }
            Page page = inbox.after(cursor, limits);
            check(page);
            if (!page.entries().isEmpty()) {
                return batch(page, limits);
            }
            // What is missing up to there was purged before this feed began.
            cursor = page.last();
            fromBeginning = false;
            long left = end - System.nanoTime();
            if (left <= 0) {
                return new ChangeBatch(List.of(), position(), OptionalLong.of(0), true);
            }
            await(Math.min(left, polling.toNanos()));
        }
    }

    private void check(Page page) {
        if (!page.incarnation().equals(incarnation)) {
            throw new SourceReplacedException(
                    "the inbox was made anew under this feed; reset the stream to mirror the new one", null);
        }
        if (cursor > page.last()) {
            throw new InvalidPositionException(
                    "the position is beyond the newest entry: the inbox was set back to an earlier state; reset the"
                            + " stream to mirror it",
                    null);
        }
        if (!fromBeginning && cursor < page.purgedTo()) {
            throw new InvalidPositionException(
                    "entries behind the position were purged before they were read here; reset the stream to go on with"
                            + " what is left",
                    null);
        }
    }

    /** As many entries as fit, their documents at the newest state of the page; what was fetched may be long. */
    private ChangeBatch batch(Page page, BatchLimits limits) {
        Map<DocumentId, DocumentChange> newest = documents.of(page.entries());
        Map<DocumentId, DocumentChange> taken = new LinkedHashMap<>();
        long bytes = 0;
        long reached = cursor;
        for (Entry entry : page.entries()) {
            DocumentChange change = newest.get(entry.id());
            if (change != null && !taken.containsKey(entry.id())) {
                bytes += change.bytes();
                if (!taken.isEmpty() && bytes > limits.bytes()) {
                    break;
                }
                taken.put(entry.id(), change);
            }
            reached = entry.number();
        }
        cursor = reached;
        fromBeginning = false;
        long pending = page.last() - cursor;
        return new ChangeBatch(List.copyOf(taken.values()), position(), OptionalLong.of(pending), pending == 0);
    }

    private Position position() {
        return Position.of(Long.toString(cursor));
    }

    private boolean isClosed() {
        synchronized (monitor) {
            return closed;
        }
    }

    private void await(long nanos) throws InterruptedException {
        synchronized (monitor) {
            if (!closed) {
                TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
            }
        }
    }

    @Override
    public void close() {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
    }
}
