package dev.docmirror.policies;

import java.util.regex.Pattern;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Looks into documents without ever failing: what can't be read has no fields. */
final class Fields {
    /** A pointer to something within the document. Jackson itself takes stray tildes. */
    private static final Pattern FIELD = Pattern.compile("(?:/(?:[^/~]|~[01])*+)++", Pattern.DOTALL);

    private Fields() {}

    /** @throws IllegalArgumentException if the text is no JSON Pointer to a field; the message begins with the name */
    static JsonPointer pointer(String name, String text) {
        if (!FIELD.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    name + ": must be a JSON Pointer to a field, such as /updatedAt, was " + text);
        }
        return JsonPointer.compile(text);
    }

    /** The field, or a missing node where there is none or the document can't be read. */
    static JsonNode at(Document document, JsonPointer pointer) {
        try {
            return document.body().at(pointer);
        } catch (MappingException e) {
            return MissingNode.getInstance(); // why it can't be read, the dead letters tell
        }
    }

    /** Whether a field says something: it is there, and neither null nor empty text. */
    static boolean isGiven(JsonNode value) {
        return !value.isMissingNode()
                && !value.isNull()
                && !(value.isString() && value.stringValue().isEmpty());
    }

    static boolean isReadable(Document document) {
        try {
            document.body();
            return true;
        } catch (MappingException e) {
            return false;
        }
    }
}
