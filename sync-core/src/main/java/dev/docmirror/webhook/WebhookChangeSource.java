package dev.docmirror.webhook;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.error.InvalidPositionException;

/**
 * The changes that were pushed into a {@link WebhookInbox}. Every delivery is a version of its document with one leaf: the
 * generation counts the deliveries of the document, and the hash is one of its content. So the delivery that was appended
 * last is the newest, whatever it says; where a sender's deliveries may overtake one another, let it only
 * {@linkplain WebhookDelivery#named name} the documents and fetch them.
 *
 * <p>Immutable and thread-safe, if the inbox and the fetcher are.
 */
public final class WebhookChangeSource implements ChangeSource {
    private static final Pattern POSITION = Pattern.compile("[0-9]{1,18}");
    private static final Duration DEFAULT_POLLING = Duration.ofMillis(200);

    private final WebhookInbox inbox;
    private final Optional<WebhookFetcher> fetcher;
    private final Duration polling;
    private final DocumentReader reader;

    private WebhookChangeSource(
            WebhookInbox inbox, Optional<WebhookFetcher> fetcher, Duration polling, DocumentReader reader) {
        this.inbox = inbox;
        this.fetcher = fetcher;
        this.polling = polling;
        this.reader = reader;
    }

    /** The changes in an inbox. */
    public static WebhookChangeSource of(WebhookInbox inbox) {
        return new WebhookChangeSource(inbox, Optional.empty(), DEFAULT_POLLING, DocumentReader.defaults());
    }

    /** Who fetches documents that are only named. Default: nobody, and such a delivery ends the worker. */
    public WebhookChangeSource fetchingWith(WebhookFetcher documents) {
        return new WebhookChangeSource(inbox, Optional.of(documents), polling, reader);
    }

    /** How often a feed that has come to the end looks into the inbox, at least 1 ms. Default: 200 ms. */
    public WebhookChangeSource pollingEvery(Duration interval) {
        if (interval.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("interval: must be >= 1 ms, was " + interval);
        }
        return new WebhookChangeSource(inbox, fetcher, interval, reader);
    }

    /** What parses the documents. Default: {@link DocumentReader#defaults()}. */
    public WebhookChangeSource readingWith(DocumentReader documents) {
        return new WebhookChangeSource(inbox, fetcher, polling, documents);
    }

    @Override
    public SourceIdentity identity() {
        return inbox.identity();
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        return new WebhookFeed(inbox, documents(), polling, after.map(WebhookChangeSource::number));
    }

    @Override
    public List<DocumentChange> read(Collection<DocumentId> ids) {
        return ids.isEmpty()
                ? List.of()
                : List.copyOf(documents().of(inbox.newest(ids)).values());
    }

    /**
     * Forgets deliveries that are mirrored, see {@link WebhookInbox#purge}.
     *
     * @param mirrored where the checkpoint of the stream stands; of several streams, of the one that is behind
     * @param olderThan by when they were appended
     * @return how many
     */
    public long purge(Position mirrored, Duration olderThan) {
        return inbox.purge(number(mirrored), olderThan);
    }

    private WebhookDocuments documents() {
        return new WebhookDocuments(fetcher, reader);
    }

    static long number(Position position) {
        if (!POSITION.matcher(position.value()).matches()) {
            throw new InvalidPositionException(
                    "the position is none of an inbox; restore the checkpoint, or reset the stream", null);
        }
        return Long.parseLong(position.value());
    }
}
