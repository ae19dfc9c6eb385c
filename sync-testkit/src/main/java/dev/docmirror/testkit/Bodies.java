package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.docmirror.error.MappingException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes bodies that are JSON text. */
final class Bodies {
    /** Arbitraries draw from few bodies, so that the same ones are put together again and again. */
    private static final Map<With, String> KNOWN = new ConcurrentHashMap<>();

    private static final int MOST_KNOWN = 100_000;

    private Bodies() {}

    private record With(String body, String pointer, String value) {}

    /** The body as a tree of its own; empty if it is no JSON object. */
    static Optional<ObjectNode> parsed(String body) {
        try {
            return Optional.of(Documents.document("body", "1-a", body).body());
        } catch (MappingException e) {
            return Optional.empty();
        }
    }

    /** Sets what a pointer leads to; a body that is no object stays as it is, and so does any for an empty value. */
    static String with(String body, String pointer, String value) {
        if (KNOWN.size() >= MOST_KNOWN) {
            KNOWN.clear();
        }
        With with = new With(body, pointer, value);
        String known = KNOWN.get(with); // computeIfAbsent would lock also where there is one
        return known == null ? KNOWN.computeIfAbsent(with, Bodies::made) : known;
    }

    private static String made(With with) {
        Optional<ObjectNode> tree = parsed(with.body);
        if (tree.isEmpty() || with.value.isEmpty()) {
            return with.body;
        }
        ObjectNode object = tree.get();
        String[] names = with.pointer.substring(1).split("/", -1);
        for (int i = 0; i < names.length - 1; i++) {
            object = child(object, plain(names[i]));
        }
        object.set(plain(names[names.length - 1]), value(with.value));
        return tree.get().toString();
    }

    /** Where the fields of a body stand, those of objects within it too. */
    static List<String> pointers(ObjectNode body) {
        List<String> pointers = new ArrayList<>();
        collect("", body, pointers);
        return pointers;
    }

    private static void collect(String at, ObjectNode object, List<String> pointers) {
        object.forEachEntry((name, value) -> {
            String pointer = at + "/" + name.replace("~", "~0").replace("/", "~1");
            pointers.add(pointer);
            if (value instanceof ObjectNode child) {
                collect(pointer, child, pointers);
            }
        });
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
    }

    private static String plain(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }

    private static JsonNode value(String json) {
        return Documents.document("body", "1-a", "{\"value\":" + json + "}")
                .body()
                .get("value");
    }
}
