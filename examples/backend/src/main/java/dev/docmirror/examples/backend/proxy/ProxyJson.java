package dev.docmirror.examples.backend.proxy;

import java.io.InputStream;
import java.io.OutputStream;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as devices send it, within limits, and as CouchDB sends it. Numbers never pass through float or double. */
final class ProxyJson {
    /** Beyond that the whole request is refused; up to it, the document is ({@link WriteRules}). */
    private static final int MAX_DEPTH = 1_000;

    private static final int MAX_DIGITS = 10_000;

    private static final JsonMapper DEVICE = exact(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    /** CouchDB stores what nests 20,000 deep and has numbers of any length. */
    private static final JsonMapper COUCHDB = exact(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT) // what is cut off must not look complete
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build());

    private ProxyJson() {}

    private static JsonMapper exact(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .enable(
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** What a device sent. */
    static ObjectNode object(byte[] body) {
        try {
            if (DEVICE.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // Its message quotes the text around the fault.
            throw ProxyException.badRequest("the body is not JSON, has a name twice, nests deeper than " + MAX_DEPTH
                    + " or has a number of more than " + MAX_DIGITS + " characters");
        }
        throw ProxyException.badRequest("the body is not a JSON object");
    }

    /** A small answer of CouchDB's, as a whole. */
    static JsonNode tree(InputStream in) {
        return COUCHDB.readTree(in);
    }

    static JsonParser reader(InputStream in) {
        return COUCHDB.createParser(in);
    }

    /** Whatever is not closed by the caller stays open, and so does the stream. */
    static JsonGenerator writer(OutputStream out) {
        return COUCHDB.createGenerator(out);
    }

    static byte[] bytes(JsonNode tree) {
        return COUCHDB.writeValueAsBytes(tree);
    }

    static ObjectNode object() {
        return COUCHDB.createObjectNode();
    }
}
