package dev.docmirror.change;

/**
 * A place in a change feed: opaque text, stored verbatim and handed back to the source that made it. Two positions are
 * never ordered, and equal places may have different texts.
 *
 * @param value the source's own text
 * @see <a href="https://docs.couchdb.org/en/stable/api/database/changes.html">CouchDB: _changes</a>
 */
public record Position(String value) {
    public Position {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("value: must not be empty");
        }
    }

    public static Position of(String value) {
        return new Position(value);
    }
}
