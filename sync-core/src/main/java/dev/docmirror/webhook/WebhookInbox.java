package dev.docmirror.webhook;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.SourceIdentity;

/**
 * Keeps deliveries durably, from the moment they are appended until they are purged. Thread-safe, and safe to share by
 * any number of processes.
 *
 * <p>A delivery gets its number after it is committed: whoever has read up to a number will never find a lower one
 * appear behind, however long the transaction took that appended it.
 *
 * <p>Throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself, and another
 * {@link dev.docmirror.error.SyncException} for what a person has to mend: a webhook is answered with an error then, and
 * the sender tries again.
 */
public interface WebhookInbox {

    /**
     * Appends a delivery. When this returns (or, if it joined a transaction of the host's, when that is committed) the
     * delivery is durable and the webhook may be answered.
     *
     * @return false if a delivery of that id is there already; nothing is changed then
     */
    boolean append(WebhookDelivery delivery);

    /**
     * The entries behind a number, lowest first.
     *
     * @param limits of the number of entries and of their bodies' bytes; at least one entry is given if there is one
     */
    Page after(long number, BatchLimits limits);

    /** The newest entry of each document; one without any is missing. */
    List<Entry> newest(Collection<DocumentId> ids);

    /**
     * Forgets entries, from the lowest number on. A later delivery with the id of one that was forgotten is taken for new, so keep entries for as
     * long as the sender may repeat them. A document whose entries are all forgotten can't be mirrored again from here.
     *
     * @param upTo the last number that every reader has mirrored
     * @param olderThan by when they were appended
     * @return how many
     */
    long purge(long upTo, Duration olderThan);

    /** Which inbox this is; another one after it was deleted and made anew. */
    SourceIdentity identity();

    /**
     * A delivery with its place.
     *
     * @param number its place among all of the inbox
     * @param generation its place among those of its document, from 1 on without a gap, whatever is purged
     * @param body the whole document as a JSON object in UTF-8, for {@code CHANGED}; else empty
     */
    record Entry(long number, long generation, DocumentId id, WebhookDelivery.Kind kind, byte[] body) {
        /** No content. */
        @Override
        public String toString() {
            return "Entry[" + number + ", " + id + ", " + kind + "]";
        }
    }

    /**
     * Some entries.
     *
     * @param entries those asked for; if there are none, all up to {@code last} have been read
     * @param last the highest number at the time of the request
     * @param purgedTo the highest number that was forgotten, 0 if none was
     * @param incarnation of the {@link #identity}
     */
    record Page(List<Entry> entries, long last, long purgedTo, String incarnation) {
        public Page {
            entries = List.copyOf(entries);
        }
    }
}
