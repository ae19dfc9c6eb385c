package dev.docmirror.change;

import dev.docmirror.error.MappingException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses the JSON of documents exactly and within limits: numbers never pass through float or double, trailing text is
 * refused, and what is too deep or too long is refused before it costs memory. Immutable and thread-safe.
 */
public final class DocumentReader {
    /** MySQL's JSON type refuses what is nested deeper. */
    private static final int DEFAULT_DEPTH = 100;

    private static final int DEFAULT_NUMBER_LENGTH = 1_000;
    private static final int DEFAULT_BYTES = 64 * 1024 * 1024;

    private final int maxDepth;
    private final int maxNumberLength;
    private final int maxBytes;
    private final ObjectReader json;

    private DocumentReader(int maxDepth, int maxNumberLength, int maxBytes) {
        this.maxDepth = atLeastOne("maxDepth", maxDepth);
        this.maxNumberLength = atLeastOne("maxNumberLength", maxNumberLength);
        this.maxBytes = atLeastOne("maxBytes", maxBytes);
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNumberLength(maxNumberLength)
                .maxStringLength(maxBytes)
                .maxNameLength(maxBytes)
                .build();
        this.json = JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build()
                .readerFor(JsonNode.class);
    }

    private static int atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": must be >= 1, was " + value);
        }
        return value;
    }

    /** Depth 100, numbers of 1,000 digits, documents of 64 MiB. */
    public static DocumentReader defaults() {
        return new DocumentReader(DEFAULT_DEPTH, DEFAULT_NUMBER_LENGTH, DEFAULT_BYTES);
    }

    /**
     * How deep objects and arrays may nest, the document itself counted. Default 100, the limit of MySQL's JSON type.
     */
    public DocumentReader withMaxDepth(int depth) {
        return new DocumentReader(depth, maxNumberLength, maxBytes);
    }

    /** How many characters a number may have. Default 1,000. */
    public DocumentReader withMaxNumberLength(int characters) {
        return new DocumentReader(maxDepth, characters, maxBytes);
    }

    /** How many bytes a document may have. Default 64 MiB. */
    public DocumentReader withMaxBytes(int bytes) {
        return new DocumentReader(maxDepth, maxNumberLength, bytes);
    }

    /** How many bytes a document may have; a source need not keep a longer one. */
    public int maxBytes() {
        return maxBytes;
    }

    ObjectNode read(DocumentId id, byte[] bytes) {
        if (bytes.length > maxBytes) {
            throw new MappingException(
                    id, "the document has " + bytes.length + " bytes, more than maxBytes " + maxBytes);
        }
        try {
            JsonNode tree = json.readValue(bytes);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new MappingException(id, "the document is not a JSON object");
        } catch (StreamConstraintsException e) {
            throw new MappingException(
                    id,
                    "the document is nested deeper than " + maxDepth + " or has a number longer than " + maxNumberLength
                            + " characters");
        } catch (JacksonException e) {
            // Jackson's own message quotes the text around the fault.
            throw new MappingException(
                    id,
                    "the document is not valid JSON near byte "
                            + e.getLocation().getByteOffset());
        }
    }
}
