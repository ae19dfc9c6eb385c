package dev.docmirror.mapping;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Picks a mapper by a document's type. A tombstone that kept no type is routed by the type it was mirrored under; one that
 * never was mirrored is skipped. A document of a type without a route is {@link Mapping.UnknownType}. Immutable and
 * thread-safe.
 */
public final class TypeRouter implements DocumentMapper {
    private static final Mapping NEVER_MIRRORED = new Mapping.Skip("deleted before it was mirrored");

    private final JsonPointer field;
    private final Map<String, DocumentMapper> routes;
    private final List<TableDefinition> tables;

    private TypeRouter(Builder builder) {
        this.field = builder.field;
        this.routes = Map.copyOf(builder.routes);
        this.tables = builder.routes.values().stream()
                .flatMap(mapper -> mapper.tables().stream())
                .distinct()
                .toList();
    }

    /** Routes by the text at a JSON pointer, usually {@code /type}. */
    public static Builder byField(String pointer) {
        return new Builder(Pointers.parse("field", pointer));
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        String type = named(document);
        if (type == null && document.deleted()) {
            if (context.mirroredType().isEmpty()) {
                return NEVER_MIRRORED;
            }
            type = context.mirroredType().get();
        }
        DocumentMapper route = type == null ? null : routes.get(type);
        if (type == null || route == null) {
            return new Mapping.UnknownType(Optional.ofNullable(type));
        }
        Mapping mapping = route.map(document, context);
        return mapping instanceof Mapping.Rows rows ? new Mapping.Rows(type, rows.rows()) : mapping;
    }

    private @Nullable String named(Document document) {
        JsonNode type = document.body().at(field);
        return type.isString() ? type.stringValue() : null;
    }

    /** The tables of all routes. */
    @Override
    public List<TableDefinition> tables() {
        return tables;
    }

    /** Gathers routes; not thread-safe. */
    public static final class Builder {
        private final JsonPointer field;
        private final Map<String, DocumentMapper> routes = new LinkedHashMap<>();

        private Builder(JsonPointer field) {
            this.field = field;
        }

        /**
         * Documents of a type go to a mapper.
         *
         * @throws IllegalArgumentException if the type has a route already
         */
        public Builder route(String type, DocumentMapper mapper) {
            if (routes.putIfAbsent(type, mapper) != null) {
                throw new IllegalArgumentException("route: type " + type + " has one already");
            }
            return this;
        }

        /**
         * The router.
         *
         * @throws IllegalArgumentException if there is no route
         */
        public TypeRouter build() {
            if (routes.isEmpty()) {
                throw new IllegalArgumentException("routes: needs at least one");
            }
            return new TypeRouter(this);
        }
    }
}
