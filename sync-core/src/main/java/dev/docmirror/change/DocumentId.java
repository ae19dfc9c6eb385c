package dev.docmirror.change;

import dev.docmirror.internal.Text;

/**
 * The id of a document: any non-empty text, compared by its exact characters. {@code Abc}, {@code abc} and
 * {@code abc } (with a space) are three documents.
 *
 * @param value the id as the source gave it
 */
public record DocumentId(String value) implements Comparable<DocumentId> {
    public DocumentId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("value: must not be empty");
        }
    }

    public static DocumentId of(String value) {
        return new DocumentId(value);
    }

    @Override
    public int compareTo(DocumentId other) {
        return value.compareTo(other.value);
    }

    /** The id on one printable line: control, separator and non-ASCII characters are escaped, a long id is cut. */
    @Override
    public String toString() {
        return Text.printable(value);
    }
}
