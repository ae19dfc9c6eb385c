package dev.docmirror.examples.backend.proxy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
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
                JsonParser json = ProxyJson.reader(reply.body())) {
            new Answer(json, ownerField, results).read();
        }
    }

    /** {@code {"results":[{"id":…,"docs":[{"ok":…}|{"error":…},…]},…]}}. */
    private record Answer(JsonParser json, String ownerField, Results results) {

        void read() {
            expect(JsonToken.START_OBJECT, next());
            members(Map.of("results", () -> each(this::document)));
        }

        private void document() {
            members(Map.of("docs", () -> each(() -> members(Map.of("ok", this::leaf, "error", this::error)))));
        }

        private void leaf() {
            Leaf leaf;
            try {
                leaf = Leaf.read(json, ownerField);
            } catch (JacksonException e) {
                throw Reply.malformed();
            }
            results.found(leaf);
        }

        private void error() {
            Map<String, String> error = new HashMap<>();
            members(Map.of(
                    "id", () -> error.put("id", json.getString()), "rev", () -> error.put("rev", json.getString())));
            results.missing(error.getOrDefault("id", ""), error.getOrDefault("rev", ""));
        }

        /** Of the object that is begun, does something with the values of some names; up to its end. */
        private void members(Map<String, Runnable> actions) {
            for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
                expect(JsonToken.PROPERTY_NAME, token);
                Runnable action = actions.getOrDefault(json.currentName(), this::skip);
                next();
                action.run();
            }
        }

        /** Does something with each object of the array that is begun. */
        private void each(Runnable action) {
            expect(JsonToken.START_ARRAY, json.currentToken());
            for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
                expect(JsonToken.START_OBJECT, token);
                action.run();
            }
        }

        private JsonToken next() {
            try {
                JsonToken token = json.nextToken();
                if (token != null) {
                    return token;
                }
            } catch (JacksonException e) {
                // Its message quotes the answer.
            }
            throw Reply.malformed();
        }

        private void skip() {
            try {
                json.skipChildren();
            } catch (JacksonException e) {
                throw Reply.malformed();
            }
        }

        private static void expect(JsonToken expected, JsonToken token) {
            if (token != expected) {
                throw Reply.malformed();
            }
        }
    }
}
