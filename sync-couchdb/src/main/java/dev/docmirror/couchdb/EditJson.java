package dev.docmirror.couchdb;

import java.nio.charset.StandardCharsets;

import dev.docmirror.queue.DocumentEdit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An edit as CouchDB takes it: numbers digit by digit, and no field of the database's own but those of the edit. */
final class EditJson {
    static final int MAX_DEPTH = 1_000;
    static final String ATTACHMENTS = "_attachments";

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .build();

    private EditJson() {}

    /**
     * Null if CouchDB can't keep it: nested too deep, or with a number beyond the range of a double, at which CouchDB
     * fails with status 500, even if it is an integer.
     */
    static byte @Nullable [] write(DocumentEdit edit) {
        ObjectNode document = edit.body().objectNode();
        document.put("_id", edit.id().value());
        edit.parent().ifPresent(parent -> document.put("_rev", parent.toString()));
        if (edit.deleted()) {
            document.put("_deleted", true);
        }
        document.setAll(fields(edit.body()));
        try {
            String json = JSON.writeValueAsString(document);
            return isInRange(document) ? escaped(json).getBytes(StandardCharsets.UTF_8) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** For what is known not to be nested too deep. */
    private static boolean isInRange(JsonNode node) {
        if (node.isContainer()) {
            return node.valueStream().allMatch(EditJson::isInRange);
        }
        return !node.isNumber() || Double.isFinite(node.doubleValue());
    }

    /** What a body says beside the database's own fields. */
    static ObjectNode fields(ObjectNode body) {
        ObjectNode fields = body.objectNode();
        body.forEachEntry((name, value) -> {
            if (!name.startsWith("_") || name.equals(ATTACHMENTS)) {
                fields.set(name, value);
            }
        });
        return fields;
    }

    /** Lone surrogates, which UTF-8 can't carry, as escapes; outside of strings JSON has none. */
    private static String escaped(String json) {
        StringBuilder out = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < json.length()
                    && Character.isLowSurrogate(json.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                out = out == null ? new StringBuilder(json.length() + 16).append(json, 0, i) : out;
                out.append(String.format("\\u%04x", (int) c));
            } else if (out != null) {
                out.append(c);
            }
            if (pair) {
                i++;
                if (out != null) {
                    out.append(json.charAt(i));
                }
            }
        }
        return out == null ? json : out.toString();
    }
}
