package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.error.MappingException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Competing versions of one document, as a value that prints itself as JSON and can be read back: a counterexample can
 * be pasted into a test.
 *
 * <pre>{@code
 * LeafSet leaves = LeafSet.of("""
 *         [{"_id":"note","_rev":"2-a","signedBy":"Dr. Moyo"},
 *          {"_id":"note","_rev":"2-b","_deleted":true}]""");
 * policy.resolve(leaves.conflict(), context);
 * }</pre>
 *
 * <p>A version that is not a JSON object with its id and revision in it is written as {@code "docmirror_raw"}, its text,
 * and one whose body can't be had as {@code "docmirror_unreadable"}.
 *
 * @param leaves at least one, all of one document, in any order, repeated or not
 */
public record LeafSet(List<Document> leaves) {
    private static final String RAW = "docmirror_raw";
    private static final String UNREADABLE = "docmirror_unreadable";
    private static final JsonMapper JSON = JsonMapper.shared();

    public LeafSet {
        leaves = List.copyOf(leaves);
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("leaves: must not be empty");
        }
    }

    /** A set of these leaves. */
    public static LeafSet of(Document... leaves) {
        return new LeafSet(List.of(leaves));
    }

    /**
     * Reads what {@link #toString()} wrote; whole documents stay as they are written, to the byte.
     *
     * @throws IllegalArgumentException if an element has no {@code _id} or {@code _rev}
     */
    public static LeafSet of(String json) {
        List<Document> leaves = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("json: must be an array of documents");
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                leaves.add(read(json.substring(
                        start, (int) parser.currentTokenLocation().getCharOffset() + 1)));
            }
        }
        return new LeafSet(leaves);
    }

    private static Document read(String text) {
        JsonNode fields = JSON.readTree(text);
        if (!fields.path("_id").isString() || !fields.path("_rev").isString()) {
            throw new IllegalArgumentException("json: each element must have an _id and a _rev");
        }
        DocumentId id = DocumentId.of(fields.get("_id").stringValue());
        Revision revision = Revision.of(fields.get("_rev").stringValue());
        boolean deleted = fields.path("_deleted").asBoolean(false);
        if (fields.has(UNREADABLE)) {
            return Document.unreadable(
                    id, revision, deleted, fields.get(UNREADABLE).asString());
        }
        return Documents.version(
                id, revision, deleted, fields.has(RAW) ? fields.get(RAW).asString() : text);
    }

    /** The document they are versions of. */
    public DocumentId id() {
        return leaves.get(0).id();
    }

    /** The change that shows them. */
    public DocumentChange change() {
        return new DocumentChange(id(), leaves);
    }

    /** The conflict between them, with nothing mirrored. */
    public Conflict conflict() {
        return Conflict.of(change());
    }

    /** These leaves and then others, also where they are the same ones. */
    public LeafSet and(LeafSet others) {
        List<Document> all = new ArrayList<>(leaves);
        all.addAll(others.leaves);
        return new LeafSet(all);
    }

    /** An array of documents in JSON, one a line. */
    @Override
    public String toString() {
        List<String> lines = leaves.stream().map(LeafSet::written).toList();
        return "[" + String.join(",\n ", lines) + "]";
    }

    private static String written(Document leaf) {
        if (isWhole(leaf)) {
            return leaf.text();
        }
        ObjectNode fields = JSON.createObjectNode();
        fields.put("_id", leaf.id().value()).put("_rev", leaf.revision().toString());
        if (leaf.deleted()) {
            fields.put("_deleted", true);
        }
        return (leaf.size() == 0 ? fields.put(UNREADABLE, "not delivered") : fields.put(RAW, leaf.text())).toString();
    }

    private static boolean isWhole(Document leaf) {
        try {
            ObjectNode body = leaf.body();
            return body.path("_id").asString("").equals(leaf.id().value())
                    && body.path("_rev").asString("").equals(leaf.revision().toString())
                    && body.path("_deleted").asBoolean(false) == leaf.deleted()
                    && !body.has(RAW)
                    && !body.has(UNREADABLE);
        } catch (MappingException e) {
            return false; // written as raw text
        }
    }
}
