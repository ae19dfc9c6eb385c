package dev.docmirror.policies;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import dev.docmirror.change.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges the bodies of several versions against the one they come from. Lists of sides stand in the order of the
 * versions; the ancestor's value is called {@code before}.
 */
final class ThreeWay {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<Document> versions;
    private final Map<String, FieldMerge.ArrayRule> arrays;
    private final Referee referee;

    /** @param versions CouchDB's winner first */
    ThreeWay(List<Document> versions, Map<String, FieldMerge.ArrayRule> arrays, Referee referee) {
        this.versions = versions;
        this.arrays = arrays;
        this.referee = referee;
    }

    /** CouchDB's own fields are those of its winner, because the merged body is written on top of that. */
    ObjectNode merge(ObjectNode before, List<ObjectNode> bodies) {
        Document winner = versions.get(0);
        ObjectNode merged = NODES.objectNode()
                .put("_id", winner.id().value())
                .put("_rev", winner.revision().toString());
        JsonNode attachments = bodies.get(0).path("_attachments");
        if (!attachments.isMissingNode()) {
            merged.set("_attachments", attachments);
        }
        List<Side> sides = IntStream.range(0, bodies.size())
                .mapToObj(i -> new Side(versions.get(i), content(bodies.get(i))))
                .toList();
        fields("", content(before), sides).properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private static JsonNode content(ObjectNode body) {
        ObjectNode content = NODES.objectNode();
        body.properties().forEach(field -> {
            if (!field.getKey().startsWith("_")) {
                content.set(field.getKey(), field.getValue());
            }
        });
        return content;
    }

    private ObjectNode fields(String path, JsonNode before, List<Side> sides) {
        Set<String> names = new LinkedHashSet<>();
        sides.forEach(side -> names.addAll(side.value().propertyNames()));
        ObjectNode merged = NODES.objectNode();
        for (String name : names) {
            List<Side> values = sides.stream().map(side -> side.field(name)).toList();
            JsonNode value = field(path + '/' + escaped(name), before.path(name), values);
            if (!value.isMissingNode()) {
                merged.set(name, value);
            }
        }
        return merged;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private JsonNode field(String path, JsonNode before, List<Side> sides) {
        List<Side> edits = sides.stream()
                .filter(side -> !Bodies.equal(side.value(), before))
                .toList();
        if (edits.isEmpty()) {
            // Not the ancestor's: 1 and 1.0 are equal and not the same.
            return sides.get(0).value();
        }
        // Against a removal an edit wins, so that a removal counts where it is the only kind of edit.
        List<Side> kept = edits.stream().filter(Side::isThere).toList();
        if (kept.isEmpty()) {
            return MissingNode.getInstance();
        }
        JsonNode first = kept.get(0).value();
        if (kept.stream().allMatch(side -> Bodies.equal(side.value(), first))) {
            return first;
        }
        return differentEdits(path, before, sides, kept);
    }

    private JsonNode differentEdits(String path, JsonNode before, List<Side> sides, List<Side> kept) {
        List<Side> withoutRemovals = sides.stream().filter(Side::isThere).toList();
        if ((before.isObject() || before.isMissingNode())
                && kept.stream().allMatch(side -> side.value().isObject())) {
            return fields(path, before, withoutRemovals);
        }
        if (arrays.get(path) == FieldMerge.ArrayRule.UNION
                && (before.isArray() || before.isMissingNode())
                && kept.stream().allMatch(side -> side.value().isArray())) {
            return union(before, withoutRemovals);
        }
        Document giver = referee.giver(kept.stream().map(Side::version).toList(), versions);
        return kept.stream()
                .filter(side -> side.version() == giver)
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static ArrayNode union(JsonNode before, List<Side> arrays) {
        List<Map<JsonNode, JsonNode>> sets =
                arrays.stream().map(array -> elements(array.value())).toList();
        Set<JsonNode> removed = new HashSet<>(elements(before).keySet());
        removed.removeIf(element -> sets.stream().allMatch(set -> set.containsKey(element)));
        Map<JsonNode, JsonNode> union = new LinkedHashMap<>();
        sets.forEach(set -> set.forEach(union::putIfAbsent));
        union.keySet().removeAll(removed);
        return NODES.arrayNode().addAll(union.values());
    }

    /** The elements of an array by what they say, each once. */
    private static Map<JsonNode, JsonNode> elements(JsonNode array) {
        Map<JsonNode, JsonNode> elements = new LinkedHashMap<>();
        array.forEach(element -> elements.putIfAbsent(Bodies.normal(element), element));
        return elements;
    }

    /** What one version has at a path, a missing node for nothing. */
    private record Side(Document version, JsonNode value) {
        Side field(String name) {
            return new Side(version, value.path(name));
        }

        boolean isThere() {
            return !value.isMissingNode();
        }
    }
}
