package dev.docmirror.couchdb;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SyncException;
import org.jspecify.annotations.Nullable;

/**
 * One page of {@code _changes} after another, each read as it is asked for: while rows are not taken, TCP holds the
 * server back. Confined to one thread.
 */
final class PageReader implements AutoCloseable {
    /** CouchDB ends a longpoll after 60 s on its own, as many proxies do. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(55);
    /** How long after its timeout a longpoll may stay silent. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final CouchDbHttp http;
    private final Cancellation cancellation;
    private final int maxBytes;
    private final PageSize size = new PageSize();
    private @Nullable Exchange exchange;
    private @Nullable ChangesPage page;
    private int asked;

    PageReader(CouchDbHttp http, Cancellation cancellation, int maxBytes) {
        this.http = http;
        this.cancellation = cancellation;
        this.maxBytes = maxBytes;
    }

    boolean isOpen() {
        return page != null;
    }

    /** Asks for what is there now behind a position. */
    void open(String position, boolean given, BatchLimits limits) {
        open(position, given, limits, "", http.requestTimeout());
    }

    /**
     * Asks for what is there, or waits for it.
     *
     * @return whether anything was answered; a server or proxy may swallow the end of a longpoll
     */
    boolean openWaiting(String position, boolean given, BatchLimits limits, Duration maxWait) {
        Duration timeout = maxWait.compareTo(LONGEST_WAIT) < 0 ? maxWait : LONGEST_WAIT;
        String wait = "&feed=longpoll&timeout=" + Math.max(1, timeout.toMillis());
        try {
            open(position, given, limits, wait, timeout.plus(GRACE));
            awaitContent();
            return true;
        } catch (RequestTimeoutException e) {
            close();
            return false;
        }
    }

    private void open(String position, boolean given, BatchLimits limits, String feed, Duration within) {
        asked = size.rows(limits);
        // Sequences are costly for a cluster; the page's last one is enough.
        String query = "style=all_docs&include_docs=true&limit=" + asked + "&seq_interval=" + asked + "&since="
                + DatabaseUrl.encode(position) + feed;
        HttpCall call = HttpCall.get(http.url().path() + "/_changes").withQuery(query);
        try {
            Exchange opened = http.open(call, cancellation, within);
            exchange = opened;
            page = new ChangesPage(new JsonCutter(opened.body()), asked, maxBytes);
        } catch (RefusedRequestException e) {
            if (given) {
                throw new InvalidPositionException(
                        e.getMessage() + ": the position is malformed; restore the checkpoint, or reset the stream to"
                                + " mirror from the beginning",
                        null);
            }
            throw e;
        } catch (RequestTimeoutException e) {
            if (feed.isEmpty()) {
                size.brokeOff(asked);
            }
            throw e;
        }
    }

    private void awaitContent() {
        Exchange open = openExchange();
        try {
            openPage().awaitContent();
        } catch (IOException e) {
            throw open.failure(e);
        }
        open.allow(http.requestTimeout());
    }

    /** The next row; null at the end of the page. */
    @Nullable
    ChangeRow next() {
        try {
            return openPage().next();
        } catch (IOException e) {
            SyncException failure = openExchange().failure(e);
            if (!cancellation.isCancelled() && !(failure instanceof RequestInterruptedException)) {
                size.brokeOff(asked);
            }
            throw failure;
        }
    }

    /** Whether only the end of the page is missing, so that it can be read without waiting for a row. */
    boolean hasAllRows() {
        return openPage().hasAllRows();
    }

    boolean isComplete() {
        return openPage().isComplete();
    }

    /**
     * How a page ended.
     *
     * @param last where to resume behind it
     * @param isShort whether it had fewer rows than asked for, and the server knows of no more
     */
    record End(String last, OptionalLong pending, int rows, boolean isShort) {}

    /** Takes leave of a complete page. */
    End end() {
        ChangesPage ended = openPage();
        size.completed(ended);
        End end = new End(ended.lastSeq(), ended.pending(), ended.rows(), ended.isShort());
        close();
        return end;
    }

    /** Drops the page that is open, if there is one. */
    @Override
    public void close() {
        Exchange open = exchange;
        exchange = null;
        page = null;
        if (open != null) {
            open.close();
        }
    }

    private ChangesPage openPage() {
        if (page == null) {
            throw new IllegalStateException("no page is open");
        }
        return page;
    }

    private Exchange openExchange() {
        if (exchange == null) {
            throw new IllegalStateException("no page is open");
        }
        return exchange;
    }
}
