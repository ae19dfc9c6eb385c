package dev.docmirror.couchdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.reconcile.RevisionSource.RevisionPage;
import org.jspecify.annotations.Nullable;

/**
 * Lists documents with their leaves by {@code _changes} without bodies. A row does not tell which of several leaves are
 * deleted, so documents with more than one are read.
 */
final class RevisionReader {
    private static final String BEGINNING = "0";

    private final CouchDbHttp http;
    private final Cancellation cancellation;
    private final LeafReader leaves;
    private final DocumentReader reader;

    RevisionReader(CouchDbHttp http, Cancellation cancellation, LeafReader leaves, DocumentReader reader) {
        this.http = http;
        this.cancellation = cancellation;
        this.leaves = leaves;
        this.reader = reader;
    }

    RevisionPage read(Optional<Position> after, int limit) {
        String since = after.map(Position::value).orElse(BEGINNING);
        HttpCall call = HttpCall.get(http.url().path() + "/_changes")
                .withQuery("style=all_docs&limit=" + limit + "&seq_interval=" + limit + "&since="
                        + DatabaseUrl.encode(since));
        Map<DocumentId, LeafDigest> documents = new HashMap<>();
        List<DocumentId> forked = new ArrayList<>();
        try (Exchange exchange = http.open(call, cancellation, http.requestTimeout())) {
            try {
                ChangesPage page = new ChangesPage(new JsonCutter(exchange.body()), limit, reader.maxBytes());
                ChangeRow row = page.next();
                while (row != null) {
                    add(row, documents, forked);
                    row = page.next();
                }
                leaves.now(forked).forEach(change -> documents.put(change.id(), change.digest()));
                return new RevisionPage(documents, Position.of(page.lastSeq()), page.isShort());
            } catch (IOException e) {
                throw exchange.failure(e);
            }
        }
    }

    private static void add(ChangeRow row, Map<DocumentId, LeafDigest> documents, List<DocumentId> forked) {
        if (row.isDesign()) {
            return;
        }
        @Nullable
        Revision only =
                row.revisions().size() == 1 ? Revisions.parse(row.revisions().get(0)) : null;
        if (only != null) {
            documents.put(row.id(), LeafDigest.of(only, row.deleted()));
        } else {
            forked.add(row.id());
        }
    }
}
