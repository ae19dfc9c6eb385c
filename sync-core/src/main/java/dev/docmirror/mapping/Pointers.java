package dev.docmirror.mapping;

import java.util.List;
import java.util.stream.Collectors;

import tools.jackson.core.JsonPointer;

/** JSON pointers from configuration. */
final class Pointers {
    private Pointers() {}

    static JsonPointer parse(String what, String text) {
        if (!text.isEmpty() && !text.startsWith("/")) {
            throw new IllegalArgumentException(what + ": a JSON pointer starts with a slash, was " + text);
        }
        return JsonPointer.compile(text);
    }

    static String text(List<JsonPointer> pointers) {
        return pointers.stream().map(JsonPointer::toString).collect(Collectors.joining(", "));
    }
}
