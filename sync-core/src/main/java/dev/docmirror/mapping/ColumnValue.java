package dev.docmirror.mapping;

import dev.docmirror.change.Document;
import org.jspecify.annotations.Nullable;

/**
 * Computes a column's value from a document. Pure and thread-safe, like the mapper it belongs to.
 *
 * @see RowChange for the kinds of values
 */
@FunctionalInterface
public interface ColumnValue {
    /**
     * The value, {@code null} for SQL's NULL.
     *
     * @throws dev.docmirror.error.MappingException if the document can't have a row
     */
    @Nullable
    Object of(Document document, MappingContext context);
}
