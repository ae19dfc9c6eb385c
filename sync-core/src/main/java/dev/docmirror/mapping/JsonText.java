package dev.docmirror.mapping;

import java.nio.charset.StandardCharsets;

/**
 * JSON for a column, already serialized.
 *
 * @param utf8 the JSON text in UTF-8; not copied, must not be changed any more
 */
public record JsonText(byte[] utf8) {

    public static JsonText of(String json) {
        return new JsonText(json.getBytes(StandardCharsets.UTF_8));
    }

    /** The length only: the text is document content. */
    @Override
    public String toString() {
        return "JsonText[" + utf8.length + " bytes]";
    }
}
