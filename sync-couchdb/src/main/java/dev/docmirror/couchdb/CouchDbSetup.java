package dev.docmirror.couchdb;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.TransientSyncException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a CouchDB database ready: the database itself, design documents and Mango indexes. What is there already as it
 * should be is left alone, so that it can run at each start; nothing is ever removed. Needs an administrator of the
 * server, or of the database if that exists. Thread-safe.
 */
public final class CouchDbSetup implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CouchDbSetup.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int EXISTS = 412;
    private static final int TRIES = 3;
    /** CouchDB writes numbers its own way: {@code 1e2} comes back as {@code 100.0}. */
    private static final Comparator<JsonNode> BY_VALUE =
            (a, b) -> a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : a.equals(b) ? 0 : 1;

    private final CouchDbHttp http;
    private final Map<String, ObjectNode> designs;
    private final Map<String, ObjectNode> indexes;
    private final Cancellation closing = new Cancellation();

    private CouchDbSetup(CouchDbHttp http, Map<String, ObjectNode> designs, Map<String, ObjectNode> indexes) {
        this.http = http;
        this.designs = Map.copyOf(designs);
        this.indexes = Map.copyOf(indexes);
    }

    /**
     * @param databaseUrl as in {@link CouchDbChangeSource#builder}
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static Builder builder(URI databaseUrl) {
        return new Builder(databaseUrl);
    }

    /**
     * Creates what is missing and replaces what differs.
     *
     * @return what was done, for people: {@code created database clinic}; empty if all was there
     * @throws dev.docmirror.error.AccessDeniedException if the user is no administrator
     * @throws ConfigurationException if the server refuses a definition
     */
    public List<String> install() {
        List<String> done = new ArrayList<>();
        try {
            if (http.send(HttpCall.put(http.url().path(), null).expecting(EXISTS), closing)
                            .status()
                    != EXISTS) {
                done.add("created database " + http.url().name());
            }
            designs.forEach((name, design) -> install(name, design, done));
            indexes.forEach((name, index) -> index(name, index, done));
        } catch (RefusedRequestException e) {
            throw new ConfigurationException(e.getMessage() + ": CouchDB refuses this name or definition", null);
        }
        done.forEach(step -> log.info("{}: {}", http.url(), step));
        return List.copyOf(done);
    }

    private void install(String name, ObjectNode wanted, List<String> done) {
        String path = http.url().path() + "/_design/" + DatabaseUrl.encode(name);
        for (int i = 0; i < TRIES; i++) {
            Answer found = http.send(HttpCall.get(path).expecting(NOT_FOUND), closing);
            ObjectNode body = wanted.deepCopy();
            if (found.status() != NOT_FOUND) {
                if (found.json() instanceof ObjectNode stored && isSame(stored, wanted)) {
                    return;
                }
                body.put("_rev", found.text("_rev"));
            }
            HttpCall put = HttpCall.put(path, JSON.writeValueAsBytes(body)).expecting(CONFLICT);
            if (http.send(put, closing).status() != CONFLICT) {
                done.add((body.has("_rev") ? "replaced" : "created") + " design document " + name);
                return;
            }
        }
        throw new TransientSyncException("PUT " + path + ": others keep changing this design document", null);
    }

    private static boolean isSame(ObjectNode stored, ObjectNode wanted) {
        ObjectNode bare = stored.deepCopy();
        bare.remove(List.of("_id", "_rev"));
        return bare.equals(BY_VALUE, wanted);
    }

    private void index(String name, ObjectNode definition, List<String> done) {
        HttpCall call = HttpCall.post(http.url().path() + "/_index", JSON.writeValueAsBytes(definition));
        if (!http.send(call, closing).text("result").equals("exists")) {
            done.add("created index " + name);
        }
    }

    /** Closes the connections. */
    @Override
    public void close() {
        closing.cancel();
        http.close();
    }

    @Override
    public String toString() {
        return "setup of CouchDB database " + http.url();
    }

    /** Settings of a {@link CouchDbSetup}. */
    public static final class Builder extends CouchDbBuilder<Builder> {
        /** The design document that {@link #allowedTypes} writes. */
        static final String TYPES = "docmirror-types";

        private final Map<String, ObjectNode> designs = new LinkedHashMap<>();
        private final Map<String, ObjectNode> indexes = new LinkedHashMap<>();

        private Builder(URI databaseUrl) {
            super(databaseUrl);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * A design document to create, or to replace if it differs.
         *
         * @param name without {@code _design/}
         * @param json a JSON object without {@code _id} and {@code _rev}
         */
        public Builder designDocument(String name, String json) {
            JsonNode tree;
            try {
                tree = JSON.readTree(json);
            } catch (JacksonException e) {
                throw new IllegalArgumentException("designDocument " + name + ": must be JSON", e);
            }
            if (name.isEmpty() || !(tree instanceof ObjectNode design) || tree.has("_id") || tree.has("_rev")) {
                throw new IllegalArgumentException(
                        "designDocument " + name + ": must have a name and be a JSON object without _id and _rev");
            }
            designs.put(name, design);
            return this;
        }

        /**
         * A Mango index over some fields, ascending.
         *
         * @see <a href="https://docs.couchdb.org/en/stable/api/database/find.html#db-index">CouchDB: _index</a>
         */
        public Builder index(String name, String... fields) {
            if (name.isEmpty() || fields.length == 0) {
                throw new IllegalArgumentException("index " + name + ": must have a name and at least one field");
            }
            ObjectNode definition = JSON.createObjectNode();
            definition.putObject("index").putPOJO("fields", List.of(fields));
            definition.put("name", name).put("ddoc", "docmirror-" + name).put("type", "json");
            indexes.put(name, JSON.readValue(JSON.writeValueAsBytes(definition), ObjectNode.class));
            return this;
        }

        /**
         * Lets CouchDB refuse documents that have none of these in their field {@code "type"}, by a
         * {@code validate_doc_update} in the design document {@code docmirror-types}. Deletions and design documents
         * pass; documents that are there stay.
         */
        public Builder allowedTypes(Set<String> types) {
            if (types.isEmpty()) {
                throw new IllegalArgumentException("allowedTypes: must not be empty");
            }
            StringBuilder list = new StringBuilder();
            for (String type : new TreeSet<>(types)) {
                list.append(list.isEmpty() ? "" : ", ");
                JsonStrings.encode(type, list);
            }
            ObjectNode design = JSON.createObjectNode();
            design.put("validate_doc_update", """
                    function (newDoc, oldDoc, userCtx) {
                      var types = [%s];
                      if (newDoc._deleted || newDoc._id.indexOf("_design/") === 0) {
                        return;
                      }
                      if (types.indexOf(newDoc.type) < 0) {
                        throw({forbidden: "type must be one of " + types.join(", ")});
                      }
                    }
                    """.formatted(list));
            designs.put(TYPES, design);
            return this;
        }

        /**
         * Opens nothing.
         *
         * @throws IllegalArgumentException if a setting is not usable; the message names it
         */
        public CouchDbSetup build() {
            return new CouchDbSetup(http(), designs, indexes);
        }
    }
}
