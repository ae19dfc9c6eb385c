package dev.docmirror.envelope;

import java.util.Arrays;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.error.MappingException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What lies in an envelope: JSON in UTF-8, exact to the digits of its numbers. What is written can be read: it is held to
 * the limits of {@link dev.docmirror.change.DocumentReader}, whatever the tree came from.
 */
final class Plaintext {
    private static final int MOST_DEPTH = 100;
    private static final int MOST_DIGITS = 1_000;

    /** In base64 it still fits the 64 MiB of a document that is read. */
    private static final int MOST_BYTES = 40 * 1024 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxNumberLength(MOST_DIGITS)
                            .maxStringLength(MOST_BYTES)
                            .maxNameLength(MOST_BYTES)
                            .build())
                    .build())
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);
    private static final ObjectWriter WRITER = MAPPER.writer();

    private Plaintext() {}

    /**
     * @return an array that is the caller's to wipe
     * @throws MappingException if it is beyond the limits
     */
    static byte[] write(DocumentId id, ObjectNode content) {
        check(id, content, 1);
        byte[] json = WRITER.writeValueAsBytes(content);
        if (json.length > MOST_BYTES) {
            throw new MappingException(
                    id, "the document has " + json.length + " bytes, more than the " + MOST_BYTES + " of an envelope");
        }
        return json;
    }

    private static void check(DocumentId id, JsonNode node, int depth) {
        if (depth > MOST_DEPTH) {
            throw new MappingException(id, "the document is nested deeper than the " + MOST_DEPTH + " of an envelope");
        }
        if (node.isPojo() || (node.isNumber() && !isExact(node))) {
            throw new MappingException(
                    id,
                    "the document has a value that is not JSON's, or a number of more than " + MOST_DIGITS
                            + " characters");
        }
        for (JsonNode child : node) {
            check(id, child, child.isContainer() ? depth + 1 : depth);
        }
    }

    private static boolean isExact(JsonNode number) {
        if (number.isDouble() || number.isFloat()) {
            return Double.isFinite(number.doubleValue());
        }
        return number.isInt() || number.isLong() || number.toString().length() <= MOST_DIGITS;
    }

    /** Empty if the message was not sealed with exactly these inputs, or is not a document's JSON. */
    static Optional<ObjectNode> open(AesKey key, byte[] iv, byte[] additional, AesGcm.Sealed sealed) {
        return AesGcm.open(key, iv, additional, sealed).flatMap(json -> {
            try {
                return read(json);
            } finally {
                Arrays.fill(json, (byte) 0);
            }
        });
    }

    /** Empty unless it is one JSON object within the limits, each name once. */
    private static Optional<ObjectNode> read(byte[] json) {
        try {
            JsonNode tree = READER.readValue(json);
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty(); // its message may quote the text
        }
    }
}
