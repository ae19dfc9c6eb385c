package dev.docmirror.queue;

import java.util.Objects;
import java.util.Optional;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refuses operations after which a document would not be as a JSON Schema says. Drafts 4, 6, 7, 2019-09 and 2020-12, as
 * {@code $schema} says, 2020-12 without it; {@code format} is no more than each draft makes of it. Immutable and
 * thread-safe.
 *
 * <p>It needs {@code com.networknt:json-schema-validator} 3, which the host brings along. Nothing is ever fetched: a
 * {@code $ref} has to point into the schema itself, or to a draft's own meta-schema.
 *
 * <p>A reason names the keyword by its place in the schema, {@code /properties/weight/maximum}: never a value, nor a
 * field's name that the schema does not know.
 */
public final class JsonSchemaValidator implements OperationValidator {
    private final String type;
    private final JsonSchema schema;

    private JsonSchemaValidator(String type, JsonSchema schema) {
        this.type = type;
        this.schema = schema;
    }

    /**
     * A validator for one type; all others, and deletions, pass. Put several together with {@link #andThen}.
     *
     * @param type see {@link SyncOperation#type()}
     * @throws IllegalArgumentException if it is no JSON Schema, or a {@code $ref} of it points nowhere or elsewhere
     * @throws IllegalStateException if the library is not there
     */
    public static JsonSchemaValidator of(String type, JsonNode schema) {
        Objects.requireNonNull(type, "type: must be given");
        Objects.requireNonNull(schema, "schema: must be given");
        try {
            return new JsonSchemaValidator(type, JsonSchema.of(schema.deepCopy()));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "JsonSchemaValidator needs com.networknt:json-schema-validator 3; add the dependency", e);
        }
    }

    /**
     * What a document violates, for a host that checks documents before there is an operation. Its type is not looked at.
     *
     * @param fields must not be modified meanwhile
     * @return as a reason of {@link #refusal}; empty if it is as the schema says
     */
    public Optional<String> violation(ObjectNode fields) {
        return schema.violation(fields);
    }

    @Override
    public Optional<String> refusal(SyncOperation operation, ObjectNode result) {
        return operation.kind() == SyncOperation.Kind.DELETE
                        || !operation.type().equals(type)
                ? Optional.empty()
                : violation(result);
    }
}
