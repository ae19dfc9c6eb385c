package dev.docmirror.envelope;

import java.util.Map;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** CouchDB's own members of a document, which stay outside of the envelope. */
final class OuterFields {
    private static final Set<String> NAMES = Set.of(
            "_id",
            "_rev",
            "_deleted",
            "_attachments",
            "_revisions",
            "_revs_info",
            "_conflicts",
            "_deleted_conflicts",
            "_local_seq");

    private OuterFields() {}

    static boolean has(String name) {
        return NAMES.contains(name);
    }

    /** Whether a member has a name that CouchDB keeps for itself. */
    static boolean hasReserved(ObjectNode content) {
        return content.propertyNames().stream().anyMatch(name -> name.startsWith("_"));
    }

    /** A copy of these members. */
    static ObjectNode of(ObjectNode body) {
        ObjectNode outer = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            if (has(member.getKey())) {
                outer.set(member.getKey(), member.getValue().deepCopy());
            }
        }
        return outer;
    }

    /** The other members; shares their values. */
    static ObjectNode contentOf(ObjectNode body) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            if (!has(member.getKey())) {
                content.set(member.getKey(), member.getValue());
            }
        }
        return content;
    }

    /** Whether a body is silent about its id, or says this one. */
    static boolean allow(DocumentId id, ObjectNode body) {
        JsonNode said = body.get("_id");
        return said == null || (said.isString() && said.stringValue().equals(id.value()));
    }

    static boolean isTombstone(ObjectNode body) {
        return Parts.isTrue(body.path("_deleted"));
    }
}
