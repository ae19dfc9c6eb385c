package dev.docmirror.queue;

import java.util.List;
import java.util.Optional;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;

/** A schema, ready to validate: all that needs the library, so that it is needed only here. */
final class JsonSchema {
    private final Schema schema;

    private JsonSchema(Schema schema) {
        this.schema = schema;
    }

    /** @throws IllegalArgumentException if it is none, or refers to what is not there */
    static JsonSchema of(JsonNode schema) {
        SpecificationVersion draft = draft(schema);
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                draft, builder -> builder.schemaLoader(loader -> loader.fetchRemoteResources(false)));
        Schema rules = registry.getSchema(SchemaLocation.of(draft.getDialectId()));
        Optional<String> wrong = violation(rules, schema);
        if (wrong.isPresent()) {
            throw new IllegalArgumentException("schema: must be a JSON Schema of " + draft + ", " + wrong.get());
        }
        try {
            Schema usable = registry.getSchema(schema);
            usable.initializeValidators();
            return new JsonSchema(usable);
        } catch (SchemaException e) {
            throw new IllegalArgumentException("schema: can't be used: " + e.getMessage(), e);
        }
    }

    private static SpecificationVersion draft(JsonNode schema) {
        JsonNode named = schema.path("$schema");
        return named.isMissingNode()
                ? SpecificationVersion.DRAFT_2020_12
                : SpecificationVersion.fromDialectId(named.asString(""))
                        .orElseThrow(
                                () -> new IllegalArgumentException("schema: $schema must name a draft, was " + named));
    }

    /** What a document violates first, and how much more; without anything of the document. */
    Optional<String> violation(JsonNode document) {
        return violation(schema, document);
    }

    private static Optional<String> violation(Schema schema, JsonNode document) {
        List<Error> errors = schema.validate(document);
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        // The place in the schema, not in the document: names of fields may be content, too.
        String first = "violates " + errors.get(0).getEvaluationPath();
        return Optional.of(errors.size() == 1 ? first : first + " and " + (errors.size() - 1) + " more");
    }
}
