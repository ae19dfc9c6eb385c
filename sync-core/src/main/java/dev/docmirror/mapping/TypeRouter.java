package dev.docmirror.mapping;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.identity.IdentityRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Picks a mapper by a document's type; its rows carry that type. A tombstone is routed by the type it was mirrored under,
 * because there its rows are, whatever its body says; without one by the type in its body, and one that has neither is
 * skipped. A document of a type without a route is {@link Mapping.UnknownType}. Immutable and thread-safe.
 */
public final class TypeRouter implements DocumentMapper {
    private static final Mapping NEVER_MIRRORED = new Mapping.Skip("deleted");

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
        Set<String> names = new HashSet<>();
        for (TableDefinition table : tables) {
            if (!names.add(table.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "routes: table " + table.name() + " is described in two different ways");
            }
        }
    }

    /** Routes by the text at a JSON pointer, usually {@code /type}. */
    public static Builder byField(String pointer) {
        return new Builder(Pointers.parse("field", pointer));
    }

    @Override
    public Mapping map(Document document, MappingContext context) {
        String type = type(document, context);
        if (type == null && document.deleted()) {
            return NEVER_MIRRORED;
        }
        DocumentMapper route = type == null ? null : routes.get(type);
        if (type == null || route == null) {
            return new Mapping.UnknownType(Optional.ofNullable(type));
        }
        Mapping mapping = route.map(document, context);
        return mapping instanceof Mapping.Rows rows ? new Mapping.Rows(type, rows.rows()) : mapping;
    }

    @Override
    public Collection<IdentityRequest> identities(Document document, MappingContext context) {
        String type = type(document, context);
        DocumentMapper route = type == null ? null : routes.get(type);
        return route == null ? List.of() : route.identities(document, context);
    }

    private @Nullable String type(Document document, MappingContext context) {
        boolean mirroredTombstone = document.deleted() && context.mirroredType().isPresent();
        return mirroredTombstone ? context.mirroredType().get() : named(document);
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
         * Documents of a type go to a mapper. Several types may share one.
         *
         * @param type 1 to 191 characters
         * @throws IllegalArgumentException if the type has a route already, or if the mapper is a router: a tombstone has
         *     one type to be routed by
         */
        public Builder route(String type, DocumentMapper mapper) {
            if (type.isEmpty() || type.length() > Mapping.Rows.LONGEST_TYPE) {
                throw new IllegalArgumentException("route: type must have 1 to 191 characters, had " + type.length());
            }
            if (mapper instanceof TypeRouter) {
                throw new IllegalArgumentException("route: type " + type + " leads to another router");
            }
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
