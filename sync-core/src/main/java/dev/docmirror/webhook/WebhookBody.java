package dev.docmirror.webhook;

import java.nio.charset.StandardCharsets;
import java.util.List;

import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a pushed document as text, its numbers exactly as they are in the tree. */
final class WebhookBody {
    static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private static final List<String> OF_THE_SOURCE = List.of("_id", "_rev", "_deleted");

    /** How deep a document may nest is its reader's choice. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private WebhookBody() {}

    static byte[] of(ObjectNode body) {
        boolean plain = OF_THE_SOURCE.stream().noneMatch(body::has);
        return JSON.writeValueAsBytes(plain ? body : own(body));
    }

    private static ObjectNode own(ObjectNode body) {
        ObjectNode own = body.objectNode();
        body.properties().forEach(field -> own.set(field.getKey(), field.getValue()));
        own.remove(OF_THE_SOURCE);
        return own;
    }
}
