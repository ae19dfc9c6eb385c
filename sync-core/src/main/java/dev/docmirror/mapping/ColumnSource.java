package dev.docmirror.mapping;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Where a column's values come from. */
sealed interface ColumnSource {

    /** Where a missing value was looked for, to end a sentence with. */
    default String where() {
        return "";
    }

    /**
     * Fields of the document, in order of preference; null and missing are the same.
     *
     * @param ofDocument whether the pointers start at the document in a child table, too
     */
    record Fields(List<JsonPointer> pointers, boolean ofDocument) implements ColumnSource {

        /** How a value is made of what a field holds. */
        interface Conversion<T> {
            @Nullable
            T of(JsonNode found);
        }

        @Nullable
        Object value(ColumnType type, JsonNode node) {
            return first(node, found -> JsonConversion.convert(type, found));
        }

        <T> @Nullable T first(JsonNode node, Conversion<T> conversion) {
            for (JsonPointer pointer : pointers) {
                JsonNode found = node.at(pointer);
                if (!found.isMissingNode() && !found.isNull()) {
                    return convert(pointer, found, conversion);
                }
            }
            return null;
        }

        private static <T> @Nullable T convert(JsonPointer pointer, JsonNode found, Conversion<T> conversion) {
            try {
                return conversion.of(found);
            } catch (UnfitValue e) {
                throw new UnfitValue(e.getMessage() + " at " + pointer);
            }
        }

        JsonNode start(Document document, JsonNode node) {
            return ofDocument ? document.body() : node;
        }

        @Override
        public String where() {
            return pointers.stream().map(JsonPointer::toString).collect(Collectors.joining(", ", " at ", ""));
        }
    }

    /**
     * Who is named by an id that another system gave.
     *
     * @param linkUnknown whether an unknown one gets a new identity
     * @param fields where the id is
     */
    record Names(String system, boolean linkUnknown, Fields fields) implements ColumnSource {

        /** Empty where the document names nobody, or names somebody by what is no id. */
        Optional<IdentityRequest> request(Document document, JsonNode node) {
            try {
                return Optional.ofNullable(externalId(document, node))
                        .map(externalId -> new IdentityRequest(externalId, linkUnknown));
            } catch (UnfitValue e) {
                return Optional.empty(); // the mapping refuses the document and says why
            }
        }

        @Nullable
        Object value(Document document, JsonNode node, MappingContext context) {
            ExternalId externalId = externalId(document, node);
            return externalId == null
                    ? null
                    : context.identity(externalId).map(IdentityId::value).orElse(null);
        }

        private @Nullable ExternalId externalId(Document document, JsonNode node) {
            return fields.first(fields.start(document, node), found -> ExternalId.of(system, id(found)));
        }

        /** Systems that number people write numbers. */
        private static String id(JsonNode found) {
            String id = found.isIntegralNumber() ? found.asString() : "";
            id = found.isString() ? found.stringValue() : id;
            if (!ExternalId.isId(id)) {
                throw new UnfitValue("must be an id: text of 1 to 512 characters, or a whole number");
            }
            return id;
        }

        @Override
        public String where() {
            return fields.where() + ", or of no known identity";
        }
    }

    /**
     * A function of the document.
     *
     * @param ofVersion whether it tells of the version that is mirrored, not of its content: a soft delete writes it, too
     */
    record Rule(ColumnValue rule, boolean ofVersion) implements ColumnSource {
        @Nullable
        Object value(ColumnType type, Document document, MappingContext context) {
            return ColumnFit.check(type, computed(document, context));
        }

        private @Nullable Object computed(Document document, MappingContext context) {
            try {
                return rule.of(document, context);
            } catch (MappingException | UnfitValue e) {
                throw e;
            } catch (RuntimeException e) {
                // Its message may quote the document.
                throw new UnfitValue("its rule failed with " + e.getClass().getName());
            }
        }
    }

    /** The database's clock, at the insert or at each change. */
    record Clock(boolean onUpdate) implements ColumnSource {}

    /** Other programs: the column is never written. */
    record Others() implements ColumnSource {}
}
