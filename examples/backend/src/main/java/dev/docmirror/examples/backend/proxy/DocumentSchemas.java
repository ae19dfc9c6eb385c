package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.docmirror.queue.JsonSchemaValidator;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schemas of the documents that devices write, one a type, in {@code schemas/}. Immutable and thread-safe. */
final class DocumentSchemas {
    private static final List<String> TYPES =
            List.of("clinicalPatient", "clinicalSession", "clinicalForm", "intake", "note", "encounter");

    private final Map<String, JsonSchemaValidator> byType;

    DocumentSchemas() {
        this.byType = TYPES.stream().collect(Collectors.toMap(type -> type, DocumentSchemas::read));
    }

    private static JsonSchemaValidator read(String type) {
        String file = "/schemas/" + type + ".json";
        try (InputStream in = DocumentSchemas.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("not on the classpath: " + file);
            }
            return JsonSchemaValidator.of(type, JsonMapper.shared().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read", e);
        }
    }

    /** The same for what waits in the queue. Whatever was written may be deleted. */
    Optional<String> refusal(SyncOperation operation, ObjectNode result) {
        return operation.body().isPresent() ? violation(result) : Optional.empty();
    }

    /**
     * Why a document must not be written: the keyword it violates, by its place in the schema, or that there is none for
     * its type. Nothing of the document.
     *
     * @param fields without CouchDB's own
     */
    Optional<String> violation(ObjectNode fields) {
        String type = fields.path("type").asString("");
        JsonSchemaValidator schema = byType.get(type);
        return schema == null ? Optional.of("there is no schema for its type") : schema.violation(fields);
    }
}
