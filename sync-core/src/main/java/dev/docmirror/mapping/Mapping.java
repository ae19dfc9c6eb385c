package dev.docmirror.mapping;

import java.util.List;
import java.util.Optional;

/** What a mapper made of a document. */
public sealed interface Mapping {

    /**
     * The rows the document now has. Where it is mirrored in a table that is not named here any more, its rows there
     * are deleted.
     *
     * @param type the document's type, kept with what is mirrored; 1 to 191 characters
     * @param rows at most one change a table; may be empty
     */
    record Rows(String type, List<RowChange> rows) implements Mapping {
        static final int LONGEST_TYPE = 191;

        public Rows {
            if (type.isEmpty() || type.length() > LONGEST_TYPE) {
                throw new IllegalArgumentException("type: must have 1 to 191 characters, had " + type.length());
            }
            rows = List.copyOf(rows);
        }
    }

    /**
     * The document has no rows, on purpose. Where it was mirrored, its rows are deleted.
     *
     * @param reason why, without document content
     */
    record Skip(String reason) implements Mapping {}

    /**
     * No rule knows the document's type: counted, told once a type, and treated like {@link Skip}.
     *
     * @param type the type the document names, if it names one
     */
    record UnknownType(Optional<String> type) implements Mapping {}
}
