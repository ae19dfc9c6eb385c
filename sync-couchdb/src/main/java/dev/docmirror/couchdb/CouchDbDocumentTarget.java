package dev.docmirror.couchdb;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Writes edits to a CouchDB 3.x database with {@code _bulk_docs}. Thread-safe and reusable.
 *
 * <p>An edit that the database has already, made by an earlier call whose answer was lost or by another host, is answered
 * as {@linkplain EditOutcome.Written written}: where CouchDB speaks of a conflict, the document's history is read, with
 * two requests for all such edits of a call. That needs the body of the earlier revision; once CouchDB compacted it away,
 * the edit is {@linkplain EditOutcome.Conflicting conflicting}.
 *
 * <p>Numbers arrive digit by digit, as far as CouchDB keeps them so: integers of any length, everything else as a double.
 * A refusal names CouchDB's error word only, since the text of a validation function may quote the document.
 */
public final class CouchDbDocumentTarget implements DocumentTarget, AutoCloseable {
    private final CouchDbHttp http;
    private final Cancellation closing = new Cancellation();
    private final BulkDocs bulk;
    private final EarlierEdits earlier;

    private CouchDbDocumentTarget(CouchDbHttp http, Builder settings) {
        this.http = http;
        this.bulk = new BulkDocs(
                http, closing, settings.maxRequestDocuments, settings.maxRequestBytes, settings.compressRequests);
        DocumentReader reader = DocumentReader.defaults().withMaxDepth(EditJson.MAX_DEPTH);
        this.earlier = new EarlierEdits(new Lineage(http, closing, reader));
    }

    /**
     * @param databaseUrl as in {@link CouchDbChangeSource#builder}
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static Builder builder(URI databaseUrl) {
        return new Builder(databaseUrl);
    }

    @Override
    public List<EditOutcome> write(List<DocumentEdit> edits) {
        @Nullable EditOutcome[] outcomes = bulk.write(edits);
        Set<DocumentEdit> conflicting = new HashSet<>();
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] instanceof EditOutcome.Conflicting) {
                conflicting.add(edits.get(i));
            }
        }
        Map<DocumentEdit, Revision> written = conflicting.isEmpty() ? Map.of() : earlier.find(List.copyOf(conflicting));
        List<EditOutcome> answers = new ArrayList<>(outcomes.length);
        for (int i = 0; i < outcomes.length; i++) {
            EditOutcome outcome = Objects.requireNonNull(outcomes[i]);
            Revision revision = written.get(edits.get(i));
            answers.add(
                    outcome instanceof EditOutcome.Conflicting && revision != null
                            ? new EditOutcome.Written(revision)
                            : outcome);
        }
        return List.copyOf(answers);
    }

    /** Closes the connections. What is being written fails. */
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

    /** Settings of a {@link CouchDbDocumentTarget}. */
    public static final class Builder extends CouchDbBuilder<Builder> {
        private int maxRequestDocuments = 1_000;
        private int maxRequestBytes = 8 * 1024 * 1024;
        private boolean compressRequests;

        private Builder(URI databaseUrl) {
            super(databaseUrl);
        }

        @Override
        Builder self() {
            return this;
        }

        /** How many documents a request has at most. Default 1,000. */
        public Builder maxRequestDocuments(int documents) {
            maxRequestDocuments = documents;
            return this;
        }

        /**
         * How many bytes of documents a request has at most; a larger document is sent alone. CouchDB's own limit is
         * {@code chttpd/max_http_request_size}. Default 8 MiB.
         */
        public Builder maxRequestBytes(int bytes) {
            maxRequestBytes = bytes;
            return this;
        }

        /**
         * Sends requests compressed with gzip, for slow lines. CouchDB understands them; a server that refuses them is
         * sent plain ones from then on. Default: plain.
         */
        public Builder compressRequests() {
            compressRequests = true;
            return this;
        }

        /**
         * Opens nothing.
         *
         * @throws IllegalArgumentException if a setting is not usable; the message names it
         */
        public CouchDbDocumentTarget build() {
            atLeastOne("maxRequestDocuments", maxRequestDocuments);
            atLeastOne("maxRequestBytes", maxRequestBytes);
            return new CouchDbDocumentTarget(http(), this);
        }

        private static void atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": must be >= 1, was " + value);
            }
        }
    }
}
