package dev.docmirror.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.webhook.WebhookDelivery.Kind;
import dev.docmirror.webhook.WebhookInbox.Entry;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.node.ObjectNode;

/** Makes documents of an inbox's entries. */
final class WebhookDocuments {
    /** As long as CouchDB's. */
    private static final int HASH_BYTES = 16;

    private final Optional<WebhookFetcher> fetcher;
    private final DocumentReader reader;

    WebhookDocuments(Optional<WebhookFetcher> fetcher, DocumentReader reader) {
        this.fetcher = fetcher;
        this.reader = reader;
    }

    /** The newest of each document, those that were only named fetched at once. */
    Map<DocumentId, DocumentChange> of(Collection<Entry> entries) {
        Map<DocumentId, Entry> newest = new LinkedHashMap<>();
        entries.forEach(
                entry -> newest.merge(entry.id(), entry, (one, other) -> one.number() > other.number() ? one : other));
        List<DocumentId> named = new ArrayList<>();
        newest.values().stream().filter(entry -> entry.kind() == Kind.NAMED).forEach(entry -> named.add(entry.id()));
        Map<DocumentId, ObjectNode> fetched = named.isEmpty() ? Map.of() : fetch(named);
        Map<DocumentId, DocumentChange> documents = new LinkedHashMap<>();
        newest.forEach((id, entry) -> documents.put(id, DocumentChange.of(document(entry, fetched))));
        return documents;
    }

    private Map<DocumentId, ObjectNode> fetch(List<DocumentId> named) {
        return fetcher.orElseThrow(() -> new ConfigurationException(
                        "a webhook only named a document, and nobody can fetch it: set"
                                + " WebhookChangeSource.fetchingWith",
                        null))
                .fetch(named);
    }

    private Document document(Entry entry, Map<DocumentId, ObjectNode> fetched) {
        return switch (entry.kind()) {
            case CHANGED -> document(entry, false, entry.body());
            case DELETED -> document(entry, true, WebhookBody.EMPTY);
            case NAMED -> {
                ObjectNode body = fetched.get(entry.id());
                yield body == null
                        ? document(entry, true, WebhookBody.EMPTY)
                        : document(entry, false, WebhookBody.of(body));
            }
        };
    }

    private Document document(Entry entry, boolean deleted, byte[] body) {
        Revision revision = new Revision(entry.generation(), hash(deleted, body));
        return new Document(entry.id(), revision, deleted, whole(entry.id(), revision, deleted, body), reader);
    }

    private static String hash(boolean deleted, byte[] body) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((byte) (deleted ? 1 : 0));
            return HexFormat.of().formatHex(sha256.digest(body), 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The body with what a document has beside its own fields, which are taken as they are. */
    private static byte[] whole(DocumentId id, Revision revision, boolean deleted, byte[] body) {
        StringBuilder head = new StringBuilder("{\"_id\":\"");
        JsonStringEncoder.getInstance().quoteAsString(id.value(), head);
        head.append("\",\"_rev\":\"").append(revision).append('"');
        if (deleted) {
            head.append(",\"_deleted\":true");
        }
        if (body.length > WebhookBody.EMPTY.length) {
            head.append(',');
        }
        byte[] first = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[first.length + body.length - 1];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 1, all, first.length, body.length - 1); // without its opening brace
        return all;
    }
}
