package dev.docmirror.couchdb;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.reconcile.RevisionSource.Purges;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what was purged: {@code purge_seq}, and if it has moved, {@code _purged_infos}, which CouchDB has since 3.4. A
 * cluster may tell the same state by another text; then the same purges are read once more.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/misc.html#db-purged-infos">CouchDB: _purged_infos</a>
 */
final class PurgeReader {
    private static final String INFOS = "purged_infos";
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final CouchDbHttp http;
    private final Cancellation cancellation;

    PurgeReader(CouchDbHttp http, Cancellation cancellation) {
        this.http = http;
        this.cancellation = cancellation;
    }

    Optional<Purges> read(Optional<String> seen) {
        // The sequence first: what is purged meanwhile is then read twice, and not passed over.
        String sequence =
                http.send(HttpCall.get(http.url().path()), cancellation).text("purge_seq");
        if (!sequence.isEmpty() && seen.equals(Optional.of(sequence))) {
            return Optional.of(new Purges(Set.of(), sequence));
        }
        // An older server takes it for a document's id, and refuses that.
        HttpCall call = HttpCall.get(http.url().path() + "/_" + INFOS).expecting(BAD_REQUEST, NOT_FOUND);
        try (Exchange exchange = http.open(call, cancellation, http.requestTimeout())) {
            return exchange.status() == BAD_REQUEST || exchange.status() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(new Purges(documents(exchange), sequence));
        }
    }

    private static Set<DocumentId> documents(Exchange exchange) {
        Set<DocumentId> documents = new HashSet<>();
        try (JsonParser parser = JsonMapper.shared().createParser(exchange.body())) {
            boolean begun = parser.nextToken() == JsonToken.START_OBJECT
                    && INFOS.equals(parser.nextName())
                    && parser.nextToken() == JsonToken.START_ARRAY;
            while (begun && parser.nextToken() == JsonToken.START_OBJECT) {
                JsonNode info = parser.readValueAsTree();
                begun = info.path("id").isString()
                        && !info.path("id").asString().isEmpty();
                if (begun) {
                    documents.add(DocumentId.of(info.path("id").asString()));
                }
            }
            if (!begun || parser.currentToken() != JsonToken.END_ARRAY) {
                throw exchange.failure(new MalformedAnswerException("it is no list of purges"));
            }
            while (parser.nextToken() != null) {
                parser.skipChildren(); // to the end, so that the connection can be used again
            }
            return documents;
        } catch (JacksonException e) {
            throw exchange.failure(
                    e.getCause() instanceof IOException broken
                            ? broken
                            : new MalformedAnswerException("it is not JSON"));
        }
    }
}
