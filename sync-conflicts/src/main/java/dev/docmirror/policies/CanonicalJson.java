package dev.docmirror.policies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bytes of a document that a signature covers: its canonical JSON by RFC 8785, in UTF-8, without the fields of the
 * signature, and without the top-level fields that begin with an underscore, but for {@code _id}. These belong to
 * CouchDB: the revision changes without the content, and is not known before the document is written. The id is covered,
 * so that nobody can move a signed body to another document. Attachments are not: put their digests into a field.
 *
 * <p>Two documents have the same bytes only if they say the same, and CouchDB's way of writing numbers
 * ({@code 1.10} becomes {@code 1.1}, {@code 1e2} becomes {@code 100.0}) changes nothing. RFC 8785 takes numbers for
 * doubles, and would write different long numbers alike; here a number that is not the shortest way to write its double,
 * such as an integer of 30 digits, {@code 1e400} or {@code 0.1000000000000000055}, is refused. What JavaScript and
 * any double in Java write always is the shortest. Write other numbers as text.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785: JSON Canonicalization Scheme</a>
 */
public final class CanonicalJson {
    /** Far beyond what a database keeps; the tree is walked on the stack. */
    private static final int DEEPEST = 1_000;

    private final StringBuilder out = new StringBuilder(256);

    private CanonicalJson() {}

    /**
     * The bytes to sign, and to verify.
     *
     * @param body the whole document, {@code _id} included
     * @param signatureFields JSON Pointers to what the signature can't cover: at least itself
     * @throws IllegalArgumentException if a pointer does not lead to a field, or the body has no canonical form: it has
     *     a number that no double holds exactly, an unpaired surrogate, or more than 1,000 levels; the message holds no
     *     content
     */
    public static byte[] bytes(ObjectNode body, String... signatureFields) {
        return bytes(body, pointers(signatureFields));
    }

    static byte[] bytes(ObjectNode body, List<JsonPointer> without) {
        ObjectNode covered = body.objectNode();
        body.properties().forEach(field -> {
            if (!field.getKey().startsWith("_") || field.getKey().equals("_id")) {
                covered.set(field.getKey(), field.getValue());
            }
        });
        CanonicalJson canonical = new CanonicalJson();
        canonical.write(covered, without, 1);
        return canonical.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static List<JsonPointer> pointers(String... signatureFields) {
        List<JsonPointer> pointers = new ArrayList<>();
        for (int i = 0; i < signatureFields.length; i++) {
            pointers.add(Fields.pointer("signatureFields[" + i + "]", signatureFields[i]));
        }
        return List.copyOf(pointers);
    }

    private void write(JsonNode node, List<JsonPointer> without, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("body: must not be nested deeper than " + DEEPEST);
        }
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(node, without, depth);
            case ARRAY -> writeArray(node, without, depth);
            case STRING -> writeText(node.stringValue());
            case NUMBER -> out.append(CanonicalNumber.of(node));
            case BOOLEAN, NULL -> out.append(node);
            default -> throw new IllegalArgumentException("body: must be JSON only, had a " + node.getNodeType());
        }
    }

    private void writeObject(JsonNode object, List<JsonPointer> without, int depth) {
        // The natural order of strings is that of their UTF-16 code units, as the RFC asks for.
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        char separator = '{';
        for (Map.Entry<String, JsonNode> field : sorted.entrySet()) {
            List<JsonPointer> within = new ArrayList<>();
            for (JsonPointer pointer : without) {
                if (pointer.matchesProperty(field.getKey())) {
                    within.add(pointer.tail());
                }
            }
            if (within.stream().noneMatch(JsonPointer::matches)) {
                out.append(separator);
                writeText(field.getKey());
                out.append(':');
                write(field.getValue(), within, depth + 1);
                separator = ',';
            }
        }
        out.append(separator == '{' ? "{}" : "}");
    }

    private void writeArray(JsonNode array, List<JsonPointer> without, int depth) {
        char separator = '[';
        for (int i = 0; i < array.size(); i++) {
            List<JsonPointer> within = new ArrayList<>();
            for (JsonPointer pointer : without) {
                if (pointer.matchesElement(i)) {
                    within.add(pointer.tail());
                }
            }
            if (within.stream().noneMatch(JsonPointer::matches)) {
                out.append(separator);
                write(array.get(i), within, depth + 1);
                separator = ',';
            }
        }
        out.append(separator == '[' ? "[]" : "]");
    }

    private void writeText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                i = copyPair(text, i);
            } else {
                writeCharacter(c);
            }
        }
        out.append('"');
    }

    /** In UTF-8, all unpaired surrogates would become the same question mark. */
    private int copyPair(String text, int high) {
        int low = high + 1;
        if (low == text.length() || !Character.isSurrogatePair(text.charAt(high), text.charAt(low))) {
            throw new IllegalArgumentException("body: must not have an unpaired surrogate");
        }
        out.append(text, high, low + 1);
        return low;
    }

    private void writeCharacter(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < ' ') {
                    out.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
