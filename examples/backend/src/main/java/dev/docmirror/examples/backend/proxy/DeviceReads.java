package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.examples.backend.proxy.Ownership.Kind;
import dev.docmirror.examples.backend.proxy.Ownership.Standing;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the caller's own documents. A document of somebody else's is answered like one that is not there, and so is a
 * version of an own one that names somebody else. Thread-safe.
 */
final class DeviceReads {
    /** With bodies, which are in memory. */
    private static final int ROWS_AT_ONCE = 50;

    private final CouchDbClient couch;
    private final Ownership ownership;
    private final BulkGet bulkGet;
    private final String ownerField;

    DeviceReads(CouchDbClient couch, Ownership ownership, BulkGet bulkGet, String ownerField) {
        this.couch = couch;
        this.ownership = ownership;
        this.bulkGet = bulkGet;
        this.ownerField = ownerField;
    }

    /**
     * {@code _bulk_get}, written as it is read.
     *
     * @param docs objects with {@code id} and, mostly, {@code rev}
     */
    void bulkGet(String user, List<JsonNode> docs, Map<String, String> query, JsonGenerator out) {
        Set<String> ids = new HashSet<>();
        docs.forEach(doc -> ids.add(doc.path("id").asString()));
        Map<String, Standing> standings = ownership.of(user, ids);
        ArrayNode wanted = ProxyJson.object().putArray("docs");
        BulkGetAnswer answer = new BulkGetAnswer(user, out);
        out.writeStartObject().writeArrayPropertyStart("results");
        for (JsonNode doc : docs) {
            String id = doc.path("id").asString();
            Optional<String> revision = doc.path("rev").asStringOpt();
            if (isOwn(standings, id)) {
                ObjectNode one = wanted.addObject().put("id", id);
                revision.ifPresent(rev -> one.put("rev", rev));
            } else {
                answer.missing(id, revision.orElse("undefined"));
            }
        }
        bulkGet.read(wanted, query, answer);
        out.writeEndArray().writeEndObject();
    }

    private record BulkGetAnswer(String user, JsonGenerator out) implements BulkGet.Results {
        @Override
        public void found(Leaf leaf) {
            if (leaf.isVisibleTo(user)) {
                begin(leaf.id(), "ok");
                leaf.body().serialize(out);
                end();
            } else {
                missing(leaf.id(), leaf.revision());
            }
        }

        @Override
        public void missing(String id, String revision) {
            begin(id, "error");
            out.writeStartObject()
                    .writeStringProperty("id", id)
                    .writeStringProperty("rev", revision)
                    .writeStringProperty("error", "not_found")
                    .writeStringProperty("reason", "missing")
                    .writeEndObject();
            end();
        }

        private void begin(String id, String name) {
            out.writeStartObject().writeStringProperty("id", id).writeArrayPropertyStart("docs");
            out.writeStartObject().writeName(name);
        }

        private void end() {
            out.writeEndObject().writeEndArray().writeEndObject();
        }
    }

    /** Which of the revisions a device may send. Those of a document of somebody else's all are; it is refused then. */
    ObjectNode revsDiff(String user, ObjectNode revisions) {
        Map<String, Standing> standings = ownership.of(user, revisions.propertyNames());
        ObjectNode asked = ProxyJson.object();
        ObjectNode answer = ProxyJson.object();
        revisions.properties().forEach(document -> {
            if (isKind(standings, document.getKey(), Kind.FOREIGN)) {
                answer.putObject(document.getKey()).set("missing", document.getValue());
            } else {
                asked.set(document.getKey(), document.getValue());
            }
        });
        if (!asked.isEmpty()) {
            try (Reply reply = couch.post("_revs_diff", Map.of(), asked).success()) {
                reply.tree().properties().forEach(row -> answer.set(row.getKey(), row.getValue()));
            }
        }
        return answer;
    }

    /** {@code _all_docs} of given keys, in their order. */
    void allDocs(String user, List<String> keys, boolean withDocuments, JsonGenerator out) {
        out.writeStartObject().writeArrayPropertyStart("rows");
        for (int from = 0; from < keys.size(); from += ROWS_AT_ONCE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + ROWS_AT_ONCE));
            Map<String, JsonNode> rows = rows(user, some);
            Map<String, Leaf> winners = withDocuments ? winners(user, rows) : Map.of();
            some.forEach(key -> row(key, rows.get(key), winners.get(key), out));
        }
        out.writeEndArray().writeEndObject();
    }

    private Map<String, JsonNode> rows(String user, List<String> keys) {
        Map<String, Standing> standings = ownership.of(user, keys);
        ObjectNode request = ProxyJson.object();
        ArrayNode own = request.putArray("keys");
        keys.stream().filter(key -> isOwn(standings, key)).forEach(own::add);
        Map<String, JsonNode> rows = new HashMap<>();
        if (!own.isEmpty()) {
            try (Reply reply = couch.post("_all_docs", Map.of(), request).success()) {
                reply.tree().path("rows").forEach(row -> rows.put(row.path("id").asString(""), row));
            }
        }
        return rows;
    }

    private Map<String, Leaf> winners(String user, Map<String, JsonNode> rows) {
        ArrayNode wanted = ProxyJson.object().putArray("docs");
        rows.forEach((id, row) -> {
            if (!row.at("/value/deleted").asBoolean(false)) {
                wanted.addObject().put("id", id).put("rev", row.at("/value/rev").asString(""));
            }
        });
        Map<String, Leaf> winners = new HashMap<>();
        bulkGet.read(wanted, Map.of(), new BulkGet.Results() {
            @Override
            public void found(Leaf leaf) {
                if (leaf.isVisibleTo(user)) {
                    winners.put(leaf.id(), leaf);
                }
            }

            @Override
            public void missing(String id, String revision) {}
        });
        return winners;
    }

    private static void row(String key, @Nullable JsonNode row, @Nullable Leaf winner, JsonGenerator out) {
        out.writeStartObject().writeStringProperty("key", key);
        if (row == null) {
            out.writeStringProperty("error", "not_found");
        } else {
            out.writeStringProperty("id", key);
            out.writeName("value").writeTree(row.path("value"));
            if (winner != null) {
                out.writeName("doc");
                winner.body().serialize(out);
            }
        }
        out.writeEndObject();
    }

    /** One document, or with {@code open_revs} a list of its versions. */
    void document(String user, String id, Map<String, String> query, JsonGenerator out) {
        check(user, id);
        try (Reply reply = couch.get(CouchDbClient.segment(id), query).success();
                AnswerReader answer = AnswerReader.of(reply)) {
            if (answer.next() == JsonToken.START_ARRAY) {
                versions(user, answer, out);
            } else {
                visible(user, answer.leaf(ownerField)).body().serialize(out);
            }
        }
    }

    /** {@code [{"ok":…},{"missing":…},…]}. */
    private void versions(String user, AnswerReader answer, JsonGenerator out) {
        Runnable version = () -> {
            Leaf leaf = answer.leaf(ownerField);
            if (leaf.isVisibleTo(user)) {
                out.writeStartObject().writeName("ok");
                leaf.body().serialize(out);
                out.writeEndObject();
            }
        };
        Runnable missing = () -> out.writeStartObject()
                .writeStringProperty("missing", answer.text())
                .writeEndObject();
        out.writeStartArray();
        answer.each(() -> answer.members(Map.of("ok", version, "missing", missing)));
        out.writeEndArray();
    }

    /** An attachment, as bytes; of the version that is seen to be the user's, whichever is the latest then. */
    void attachment(String user, String id, String name, Optional<String> revision, OutputStream out)
            throws IOException {
        check(user, id);
        Map<String, String> query = revision.map(rev -> Map.of("rev", rev)).orElse(Map.of());
        String document = CouchDbClient.segment(id);
        Leaf version;
        try (Reply reply = couch.get(document, query).success();
                AnswerReader answer = AnswerReader.of(reply)) {
            answer.next();
            version = visible(user, answer.leaf(ownerField));
        }
        String attachment = document + "/" + CouchDbClient.segment(name);
        try (Reply reply =
                couch.get(attachment, Map.of("rev", version.revision())).success()) {
            reply.body().transferTo(out);
        }
    }

    private void check(String user, String id) {
        if (!isOwn(ownership.of(user, Set.of(id)), id)) {
            throw ProxyException.notFound();
        }
    }

    private static Leaf visible(String user, Leaf leaf) {
        if (!leaf.isVisibleTo(user)) {
            throw ProxyException.notFound();
        }
        return leaf;
    }

    private static boolean isOwn(Map<String, Standing> standings, String id) {
        return isKind(standings, id, Kind.OWN);
    }

    private static boolean isKind(Map<String, Standing> standings, String id, Kind kind) {
        Standing standing = standings.get(id);
        return standing != null && standing.kind() == kind;
    }
}
