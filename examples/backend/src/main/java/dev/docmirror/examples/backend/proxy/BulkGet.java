package dev.docmirror.examples.backend.proxy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads versions of documents from CouchDB, in one request and with one of them in memory at a time. Thread-safe. */
final class BulkGet {

    /** Takes what CouchDB answers. */
    interface Results {
        void found(Leaf leaf);

        /** @param revision as it was asked for */
        void missing(String id, String revision);
    }

    private final CouchDbClient couch;
    private final String ownerField;

    BulkGet(CouchDbClient couch, String ownerField) {
        this.couch = couch;
        this.ownerField = ownerField;
    }

    /** All leaves of documents, deleted ones too. A document that is not there has none. */
    void leaves(Collection<String> ids, Consumer<Leaf> found) {
        ArrayNode wanted = ProxyJson.object().putArray("docs");
        ids.forEach(id -> wanted.addObject().put("id", id));
        read(wanted, Map.of(), new Results() {
            @Override
            public void found(Leaf leaf) {
                found.accept(leaf);
            }

            @Override
            public void missing(String id, String revision) {}
        });
    }

    /**
     * Versions of documents.
     *
     * @param wanted objects with {@code id} and {@code rev}; without the latter, all leaves
     * @param query parameters of {@code _bulk_get}
     */
    void read(ArrayNode wanted, Map<String, String> query, Results results) {
        if (wanted.isEmpty()) {
            return;
        }
        ObjectNode request = ProxyJson.object();
        request.set("docs", wanted);
        try (Reply reply = couch.post("_bulk_get", query, request).success();
                AnswerReader json = AnswerReader.of(reply)) {
            new Answer(json, ownerField, results).read();
        }
    }

    /** {@code {"results":[{"id":…,"docs":[{"ok":…}|{"error":…},…]},…]}}. */
    private record Answer(AnswerReader json, String ownerField, Results results) {

        void read() {
            json.begin();
            json.members(Map.of("results", () -> json.each(this::document)));
        }

        private void document() {
            json.members(Map.of("docs", () -> json.each(this::version)));
        }

        private void version() {
            json.members(Map.of("ok", () -> results.found(json.leaf(ownerField)), "error", this::error));
        }

        private void error() {
            Map<String, String> error = new HashMap<>();
            json.members(Map.of("id", () -> error.put("id", json.text()), "rev", () -> error.put("rev", json.text())));
            results.missing(error.getOrDefault("id", ""), error.getOrDefault("rev", ""));
        }
    }
}
