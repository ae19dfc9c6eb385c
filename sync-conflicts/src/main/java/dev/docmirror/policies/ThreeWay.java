package dev.docmirror.policies;

import java.util.ArrayList;
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
 * Merges the bodies of several versions against the one they come from. Lists of values stand in the order of the
 * versions, a missing node for a missing field; the ancestor's value is called {@code before}.
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
        fields("", content(before), bodies.stream().map(ThreeWay::content).toList())
                .properties()
                .forEach(field -> merged.set(field.getKey(), field.getValue()));
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

    private ObjectNode fields(String path, JsonNode before, List<JsonNode> objects) {
        Set<String> names = new LinkedHashSet<>();
        objects.forEach(object -> names.addAll(object.propertyNames()));
        ObjectNode merged = NODES.objectNode();
        for (String name : names) {
            List<JsonNode> values =
                    objects.stream().map(object -> object.path(name)).toList();
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

    @SuppressWarnings("ReferenceEquality") // the ancestor's own node, not an equal one
    private JsonNode field(String path, JsonNode before, List<JsonNode> values) {
        List<Integer> edits = IntStream.range(0, values.size())
                .filter(i -> !Bodies.equal(values.get(i), before))
                .boxed()
                .toList();
        if (edits.isEmpty()) {
            // Not the ancestor's, which stands in for that of a version without it: 1 and 1.0 are equal and not the
            // same.
            return values.stream().filter(value -> value != before).findFirst().orElse(before);
        }
        // Against a removal an edit wins, so that a removal counts where it is the only kind of edit.
        List<Integer> kept =
                edits.stream().filter(i -> !values.get(i).isMissingNode()).toList();
        if (kept.isEmpty()) {
            return MissingNode.getInstance();
        }
        JsonNode first = values.get(kept.get(0));
        if (kept.stream().allMatch(i -> Bodies.equal(values.get(i), first))) {
            return first;
        }
        return differentEdits(path, before, values, kept);
    }

    private JsonNode differentEdits(String path, JsonNode before, List<JsonNode> values, List<Integer> kept) {
        List<JsonNode> withoutRemovals = new ArrayList<>(values);
        withoutRemovals.replaceAll(value -> value.isMissingNode() ? before : value);
        if ((before.isObject() || before.isMissingNode())
                && kept.stream().allMatch(i -> values.get(i).isObject())) {
            return fields(path, before, withoutRemovals);
        }
        if (arrays.get(path) == FieldMerge.ArrayRule.UNION
                && (before.isArray() || before.isMissingNode())
                && kept.stream().allMatch(i -> values.get(i).isArray())) {
            return union(before, withoutRemovals);
        }
        Document giver = referee.giver(kept.stream().map(versions::get).toList(), versions);
        return values.get(versions.indexOf(giver));
    }

    private static ArrayNode union(JsonNode before, List<JsonNode> arrays) {
        List<Map<JsonNode, JsonNode>> sets =
                arrays.stream().map(ThreeWay::elements).toList();
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
}
