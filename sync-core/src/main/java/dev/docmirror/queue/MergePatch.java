package dev.docmirror.queue;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON merge patches: fields replace fields, objects are merged, {@code null} removes a field, arrays are replaced as a
 * whole. Pure: what is given is not modified, and what is answered may share nodes with it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7396">RFC 7396: JSON merge patch</a>
 */
public final class MergePatch {
    private MergePatch() {}

    /** The document after a patch. */
    public static ObjectNode apply(ObjectNode document, ObjectNode patch) {
        ObjectNode result = document.objectNode();
        document.forEachEntry((name, value) -> {
            if (!patch.has(name)) {
                result.set(name, value);
                return;
            }
            JsonNode change = patch.get(name);
            if (!change.isNull()) {
                result.set(name, applyTo(value, change));
            }
        });
        patch.forEachEntry((name, change) -> {
            if (!document.has(name) && !change.isNull()) {
                result.set(name, applyTo(null, change));
            }
        });
        return result;
    }

    /** A patch need not be an object: any other value takes the place of the target. */
    static JsonNode applyTo(@Nullable JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        return apply(target instanceof ObjectNode object ? object : changes.objectNode(), changes);
    }

    /**
     * One patch that does to every document what two do in turn. There is none where the first one puts something else
     * than an object, or nothing, in a place in which the second one changes an object: a merge patch can't say that an
     * object replaces another.
     */
    public static Optional<ObjectNode> merge(ObjectNode first, ObjectNode second) {
        ObjectNode merged = first.objectNode();
        for (var field : first.properties()) {
            JsonNode later = second.get(field.getKey());
            Optional<? extends JsonNode> both =
                    later == null ? Optional.of(field.getValue()) : mergeValues(field.getValue(), later);
            if (both.isEmpty()) {
                return Optional.empty();
            }
            merged.set(field.getKey(), both.get());
        }
        second.forEachEntry((name, value) -> {
            if (!first.has(name)) {
                merged.set(name, value);
            }
        });
        return Optional.of(merged);
    }

    private static Optional<? extends JsonNode> mergeValues(JsonNode earlier, JsonNode later) {
        if (!(later instanceof ObjectNode changes)) {
            return Optional.of(later);
        }
        return earlier instanceof ObjectNode object ? merge(object, changes) : Optional.empty();
    }
}
