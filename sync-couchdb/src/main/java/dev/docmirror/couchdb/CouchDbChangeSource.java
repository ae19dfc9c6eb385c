package dev.docmirror.couchdb;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.reconcile.RevisionSource;

/**
 * A CouchDB 3.x database as a source of changes, over HTTP. Thread-safe and reusable; each feed has its own connection,
 * and another one while it reads leaves.
 *
 * <p>A feed hands out documents with all leaves of their revision trees, deleted ones too, their bodies byte by byte as
 * CouchDB sent them, attachments as stubs. Design documents are left out. What CouchDB lists but does not deliver, what
 * is longer than the {@linkplain Builder#documentReader document reader} takes, and what has a revision that can't be
 * ordered comes as an {@linkplain dev.docmirror.change.Document#unreadable unreadable} document.
 *
 * <p>While a feed is open it keeps asking which database it reads: at its first poll, after each failure, after a wait
 * without changes, after a pause of the caller, and every ten seconds.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/changes.html">CouchDB: _changes</a>
 */
public final class CouchDbChangeSource implements RevisionSource, AutoCloseable {
    private final CouchDbHttp http;
    private final DocumentReader reader;
    private final Cancellation closing = new Cancellation();
    /** What {@link #identity()} said last. A feed that is opened later must still meet it. */
    private volatile Optional<SourceIdentity> seen = Optional.empty();

    private CouchDbChangeSource(CouchDbHttp http, DocumentReader reader) {
        this.http = http;
        this.reader = reader;
    }

    /**
     * @param databaseUrl {@code http://host:5984/database} or {@code https://…}; user and password may stand in front
     *     of the host, percent-encoded, and are taken out at once
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static Builder builder(URI databaseUrl) {
        return new Builder(databaseUrl);
    }

    @Override
    public SourceIdentity identity() {
        SourceIdentity identity = new IdentityProbe(http, closing).ask();
        seen = Optional.of(identity);
        return identity;
    }

    /** Opens a feed; nothing is sent before its first poll. */
    @Override
    public ChangeFeed open(Optional<Position> after) {
        Cancellation cancellation = new Cancellation();
        return new CouchDbFeed(
                after,
                seen,
                new PageReader(http, cancellation, reader.maxBytes()),
                leaves(cancellation),
                new IdentityProbe(http, cancellation),
                cancellation);
    }

    @Override
    public List<DocumentChange> read(Collection<DocumentId> ids) {
        return leaves(closing).now(ids);
    }

    /**
     * {@inheritDoc} Bodies that CouchDB has compacted away, and those that are longer than the document reader takes, are
     * missing.
     */
    @Override
    public List<Ancestry> ancestry(Collection<DocumentId> ids) {
        return new Lineage(http, closing, reader).ancestry(ids);
    }

    /** {@inheritDoc} Costs about a quarter of what reading the bodies does. Design documents are left out. */
    @Override
    public RevisionPage revisions(Optional<Position> after, int limit) {
        return new RevisionReader(http, closing, leaves(closing), reader).read(after, limit);
    }

    /** {@inheritDoc} CouchDB tells them since 3.4, the last 1,000 of each shard unless {@code _purged_infos_limit} is set. */
    @Override
    public Optional<Purges> purges(Optional<String> seen) {
        return new PurgeReader(http, closing).read(seen);
    }

    private LeafReader leaves(Cancellation cancellation) {
        return new LeafReader(new BulkGet(http, cancellation, reader.maxBytes()), reader, cancellation);
    }

    /** Closes the connections. Feeds that are still open fail. */
    @Override
    public void close() {
        closing.cancel();
        http.close();
    }

    /** The database's address, without credentials. */
    @Override
    public String toString() {
        return "CouchDB database " + http.url();
    }

    /** Settings of a {@link CouchDbChangeSource}. */
    public static final class Builder extends CouchDbBuilder<Builder> {
        private DocumentReader reader = DocumentReader.defaults();

        private Builder(URI databaseUrl) {
            super(databaseUrl);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Parses the documents, within its limits; no longer body than it takes is kept in memory. Default
         * {@link DocumentReader#defaults()}.
         */
        public Builder documentReader(DocumentReader documentReader) {
            reader = documentReader;
            return this;
        }

        /**
         * Opens nothing.
         *
         * @throws IllegalArgumentException if a setting is not usable; the message names it
         */
        public CouchDbChangeSource build() {
            return new CouchDbChangeSource(http(), reader);
        }
    }
}
