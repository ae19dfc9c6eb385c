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
    private int batchRows;
    private int batches;
    private boolean endsBatch;
    private long heard;

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
        open(position, given, limits, size.batches(), "", http.requestTimeout());
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
            open(position, given, limits, 1, wait, timeout.plus(GRACE));
            awaitContent();
            return true;
        } catch (RequestTimeoutException e) {
            close();
            return false;
        }
    }

    private void open(String position, boolean given, BatchLimits limits, int most, String feed, Duration within) {
        batchRows = size.rows(limits);
        batches = most;
        int limit = limit(batchRows, batches);
        // Sequences are costly for a cluster; one for each batch is enough.
        String query = "style=all_docs&include_docs=true&limit=" + limit + "&seq_interval=" + batchRows + "&since="
                + DatabaseUrl.encode(position) + feed;
        HttpCall call = HttpCall.get(http.url().path() + "/_changes").withQuery(query);
        try {
            Exchange opened = http.open(call, cancellation, within);
            exchange = opened;
            page = new ChangesPage(new JsonCutter(opened.body()), limit, maxBytes);
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
                size.brokeOff(batchRows, batches);
            }
            throw e;
        }
    }

    /**
     * CouchDB tells the position of a row if the number of rows that it still may send, this one included, is a multiple of
     * the interval. So with one row less than some full batches it tells that of each batch's last row; the last batch, the
     * shorter one, ends with that of the page.
     */
    private static int limit(int batchRows, int batches) {
        return batches == 1 ? batchRows : (int) Math.min(Integer.MAX_VALUE, (long) batchRows * batches) - 1;
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
            ChangesPage open = openPage();
            ChangeRow row = open.next();
            endsBatch = row != null && open.rows() % batchRows == 0;
            if (endsBatch) {
                open.endIfReached();
            }
            return row;
        } catch (IOException e) {
            SyncException failure = openExchange().failure(e);
            if (!cancellation.isCancelled() && !(failure instanceof RequestInterruptedException)) {
                size.brokeOff(batchRows, batches);
            }
            throw failure;
        }
    }

    /** Whether the row that was read last is one that should end a batch, since the server tells its position. */
    boolean endsBatch() {
        return endsBatch;
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
        size.completed(ended, batches);
        End end = new End(ended.lastSeq(), ended.pending(), ended.rows(), ended.isShort());
        close();
        return end;
    }

    /**
     * Drops the page if so many rows of it are more than a batch may hold: the rows whose positions are told are further
     * apart than they need be. Only where the position reached is known.
     *
     * @return whether it is dropped
     */
    boolean dropIfTooHeavy(BatchLimits limits) {
        ChangesPage open = openPage();
        boolean fits = open.bytes() / open.rows() * batchRows <= limits.bytes();
        if (fits || batchRows == 1) {
            return false;
        }
        size.tooHeavy(open);
        close();
        return true;
    }

    /** When the server was last waited for, and answered; by {@link System#nanoTime}. */
    long heard() {
        return exchange == null ? heard : exchange.heard();
    }

    /** Drops the page that is open, if there is one. */
    @Override
    public void close() {
        Exchange open = exchange;
        exchange = null;
        page = null;
        if (open != null) {
            heard = open.heard();
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
