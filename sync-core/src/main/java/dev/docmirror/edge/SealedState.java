package dev.docmirror.edge;

import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.edge.LocalDocument.Sending;
import dev.docmirror.error.MappingException;
import dev.docmirror.queue.DocumentEdit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document as it is put into an envelope: everything inside, so that nothing of it stays in the clear, not even what
 * the envelopes of a database leave outside. Bodies are text within, which keeps numbers to the digit and odd characters
 * whatever the codec makes of trees.
 */
final class SealedState {
    private static final int MAX_DEPTH = 1_000;
    private static final String SURROGATE = "\\uD";

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH + 1)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader READER = JSON.readerFor(JsonNode.class);

    private SealedState() {}

    /** @throws MappingException if the body can't be written; the message holds no content */
    static ObjectNode of(LocalDocument document) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("id", document.id().value());
        document.session().ifPresent(session -> state.put("session", session));
        state.put("sequence", document.sequence());
        state.put("deleted", document.deleted());
        state.put("state", document.state().name());
        document.parent().ifPresent(parent -> state.put("parent", parent.toString()));
        String body = write(document.id(), document.body());
        state.put("document", body);
        document.sending().ifPresent(sending -> {
            DocumentEdit edit = sending.edit();
            ObjectNode sent = state.putObject("sending");
            sent.put("sequence", sending.sequence());
            edit.parent().ifPresent(parent -> sent.put("parent", parent.toString()));
            sent.put("deleted", edit.deleted());
            String sentBody = write(edit.id(), edit.body());
            if (!sentBody.equals(body)) {
                sent.put("document", sentBody);
            }
        });
        return state;
    }

    /**
     * @throws JacksonException if this is not what {@link #of} made
     * @throws IllegalArgumentException likewise
     */
    static LocalDocument read(ObjectNode state) {
        DocumentId id = DocumentId.of(state.required("id").stringValue());
        ObjectNode body = body(state.required("document"));
        Optional<Sending> sending = state.optional("sending")
                .map(sent -> new Sending(
                        sent.required("sequence").longValue(),
                        new DocumentEdit(
                                id,
                                revision(sent),
                                sent.required("deleted").booleanValue(),
                                sent.optional("document").map(SealedState::body).orElse(body))));
        return new LocalDocument(
                id,
                state.required("sequence").longValue(),
                state.optional("session").map(JsonNode::stringValue),
                state.required("deleted").booleanValue(),
                body,
                PushState.valueOf(state.required("state").stringValue()),
                revision(state),
                sending);
    }

    private static Optional<Revision> revision(JsonNode state) {
        return state.optional("parent").map(parent -> Revision.of(parent.stringValue()));
    }

    private static String write(DocumentId id, ObjectNode body) {
        try {
            String text = JSON.writeValueAsString(body);
            if (text.contains(SURROGATE)) {
                READER.readTree(text); // Jackson writes names with half a character, and does not read them
            }
            return text;
        } catch (JacksonException e) {
            // Jackson's own message may quote the document.
            throw new MappingException(
                    id, "the document is nested deeper than " + MAX_DEPTH + " or has half a character in a name");
        }
    }

    private static ObjectNode body(JsonNode text) {
        return (ObjectNode) READER.readTree(text.stringValue());
    }

    static ObjectNode parse(byte[] json) {
        return (ObjectNode) READER.readTree(json);
    }

    static byte[] bytes(ObjectNode json) {
        return JSON.writeValueAsBytes(json);
    }
}
