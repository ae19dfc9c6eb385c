package dev.docmirror.testkit;

import java.util.Optional;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;

/**
 * A database of its own for one test, the source that follows it, and how to write to it past that source. Bodies are
 * JSON objects without {@code _id}, {@code _rev} and {@code _deleted}. A write is acknowledged when its method returns.
 */
public interface SourceFixture extends AutoCloseable {

    /** The source under test; the same one at each call. */
    ChangeSource source();

    /** Creates a document, or extends its winner, be it a tombstone. Returns the new revision. */
    Revision put(DocumentId id, String body);

    /** Extends a leaf with a tombstone that has no body. Returns the tombstone's revision. */
    Revision delete(DocumentId id, Revision leaf);

    /**
     * Adds a revision as replication does (CouchDB's {@code new_edits=false}), so that it may stand beside others. A
     * known revision is left as it is.
     *
     * @param parent the revision it was made from, known to the database or not; empty for a root
     * @see <a href="https://docs.couchdb.org/en/stable/api/database/bulk-api.html#api-db-bulk-docs-semantics">CouchDB:
     *     bulk documents</a>
     */
    void fork(DocumentId id, Revision revision, Optional<Revision> parent, boolean deleted, String body);

    /** Deletes the database and makes it anew, empty, under the same name. */
    void recreate();

    /** Gives back what the fixture holds; the source may be unusable afterwards. */
    @Override
    void close();
}
