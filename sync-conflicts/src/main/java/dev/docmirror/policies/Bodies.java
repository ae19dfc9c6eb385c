package dev.docmirror.policies;

import java.util.Comparator;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Compares what versions say, whatever their revisions; numbers by their value. */
final class Bodies {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Fields that tell a revision, not what it says. */
    private static final Set<String> OF_THE_REVISION = Set.of("_rev", "_revisions");

    /** Zero for equal leaves of a tree; CouchDB and its clients write one number in several ways. */
    private static final Comparator<JsonNode> BY_VALUE =
            (a, b) -> a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : a.equals(b) ? 0 : 1;

    private Bodies() {}

    static boolean sameContent(Document a, Document b) {
        if (a.deleted() != b.deleted()) {
            return false;
        }
        if (a.contentHash().equals(b.contentHash())) {
            return true;
        }
        try {
            return sameContent(a.body(), b.body());
        } catch (MappingException e) {
            return false; // what can't be read can't be told to be the same
        }
    }

    static boolean sameContent(ObjectNode a, ObjectNode b) {
        return equal(withoutRevision(a), withoutRevision(b));
    }

    static boolean equal(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    /** The same value in the one form whose {@code equals} and {@code hashCode} tell what it says. */
    static JsonNode normal(JsonNode value) {
        if (value.isNumber()) {
            return NODES.numberNode(value.decimalValue().stripTrailingZeros());
        } else if (value.isArray()) {
            ArrayNode array = NODES.arrayNode();
            value.forEach(element -> array.add(normal(element)));
            return array;
        } else if (value.isObject()) {
            ObjectNode object = NODES.objectNode();
            value.properties().forEach(field -> object.set(field.getKey(), normal(field.getValue())));
            return object;
        }
        return value;
    }

    private static ObjectNode withoutRevision(ObjectNode body) {
        ObjectNode copy = body.objectNode();
        body.properties().forEach(field -> {
            if (!OF_THE_REVISION.contains(field.getKey())) {
                copy.set(field.getKey(), field.getValue());
            }
        });
        return copy;
    }
}
