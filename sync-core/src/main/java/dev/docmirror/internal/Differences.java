package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ConflictView.Difference;
import dev.docmirror.error.MappingException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the fields in which versions of a document differ. */
public final class Differences {
    private final List<Difference> found = new ArrayList<>();

    private Differences() {}

    /** Versions that can't be read are left out. */
    public static List<Difference> between(List<Document> versions) {
        Map<Revision, JsonNode> bodies = new LinkedHashMap<>();
        for (Document version : versions) {
            body(version).ifPresent(body -> bodies.put(version.revision(), body));
        }
        Differences differences = new Differences();
        differences.objects("", bodies);
        return differences.found;
    }

    private static Optional<ObjectNode> body(Document version) {
        try {
            return Optional.of(version.body());
        } catch (MappingException e) {
            return Optional.empty(); // shown among the versions, but without fields
        }
    }

    private void objects(String pointer, Map<Revision, JsonNode> objects) {
        Set<String> names = new LinkedHashSet<>();
        objects.values().forEach(object -> names.addAll(object.propertyNames()));
        if (pointer.isEmpty()) {
            names.removeAll(List.of("_id", "_rev", "_revisions"));
        }
        for (String name : names) {
            Map<Revision, JsonNode> values = new LinkedHashMap<>();
            objects.forEach((revision, object) -> {
                JsonNode value = object.get(name);
                if (value != null) {
                    values.put(revision, value);
                }
            });
            boolean everywhere = values.size() == objects.size();
            String field = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            if (everywhere && values.values().stream().allMatch(ObjectNode.class::isInstance)) {
                objects(field, values);
            } else if (!everywhere || Set.copyOf(values.values()).size() > 1) {
                found.add(new Difference(field, values));
            }
        }
    }
}
