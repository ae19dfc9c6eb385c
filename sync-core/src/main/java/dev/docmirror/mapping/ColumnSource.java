package dev.docmirror.mapping;

import java.util.List;
import java.util.stream.Collectors;

import dev.docmirror.change.Document;
import dev.docmirror.error.MappingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Where a column's values come from. */
sealed interface ColumnSource {

    /** Where a missing value was looked for, to end a sentence with. */
    default String where() {
        return "";
    }

    /** Fields of the document, in order of preference; null and missing are the same. */
    record Fields(List<JsonPointer> pointers) implements ColumnSource {
        @Nullable
        Object value(ColumnType type, JsonNode node) {
            for (JsonPointer pointer : pointers) {
                JsonNode found = node.at(pointer);
                if (!found.isMissingNode() && !found.isNull()) {
                    return convert(type, pointer, found);
                }
            }
            return null;
        }

        private static @Nullable Object convert(ColumnType type, JsonPointer pointer, JsonNode found) {
            try {
                return JsonConversion.convert(type, found);
            } catch (UnfitValue e) {
                throw new UnfitValue(e.getMessage() + " at " + pointer);
            }
        }

        @Override
        public String where() {
            return pointers.stream().map(JsonPointer::toString).collect(Collectors.joining(", ", " at ", ""));
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
