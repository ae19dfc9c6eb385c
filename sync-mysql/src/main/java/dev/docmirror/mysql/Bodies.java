package dev.docmirror.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;

import dev.docmirror.change.Document;

/** Whole documents as statement parameters: the source's own bytes. */
final class Bodies {
    private Bodies() {}

    static void bind(PreparedStatement statement, int index, Document document) throws SQLException {
        if (Unicode.wellFormed(document.json())) {
            // The same bytes, for some drivers in half the space.
            statement.setString(index, document.text());
        } else {
            statement.setBytes(index, document.json());
        }
    }

    /** The most bytes a body can take in a statement, whatever the driver escapes. */
    static long largest(Document document) {
        byte[] body = document.json();
        return Unicode.wellFormed(body) ? Values.largestText(body) : Values.largestBinary(body);
    }
}
