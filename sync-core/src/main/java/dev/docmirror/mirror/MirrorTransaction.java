package dev.docmirror.mirror;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;

/**
 * One batch's worth of changes to the mirror, all or nothing. Confined to one thread; {@link #close()} rolls back what
 * was not committed. After any exception the only legal call is {@code close()}.
 */
public interface MirrorTransaction extends AutoCloseable {
    /** Who closes archive entries that a later version of the document settled. */
    String SETTLED_BY = "docmirror";

    /**
     * What is mirrored of some documents. Documents never seen are missing. The entries are locked until the end, or until
     * {@link #apply} or {@link #forget} has to write rows anew; who has no lease can't commit to them anyway.
     */
    Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids);

    /** The mirrored versions of some documents with their bodies; those that are not protected are missing. */
    Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids);

    /**
     * Writes rows and registry. A document whose rows the database refuses (too long, out of range, a duplicate in
     * another unique key) leaves no trace in any table, and the others are written.
     *
     * @param writes at most one a document; called at most once a transaction
     * @return what was refused, with reasons that hold no values
     */
    List<DeadLetter> apply(List<DocumentWrite> writes);

    /**
     * Hashes of the rows that these writes are about, as they stand now in the columns that the writes fill with values of
     * their own. A document without rows may be missing.
     */
    Map<DocumentId, ContentHash> rowHashes(List<DocumentWrite> writes);

    /**
     * Removes what the mirror holds of documents that the source does not know any more: rows, registry entry, dead
     * letter. The archive keeps what it has, and documents that are protected stay as they are.
     *
     * @return the documents that were there and are not any more
     */
    Set<DocumentId> forget(Collection<DocumentId> ids);

    /**
     * Losing versions that {@link #archive} would refuse, for their size: their documents go to the dead letters, whole.
     *
     * @return reasons that hold no values; the default refuses nothing
     */
    default List<DeadLetter> unarchivable(List<ArchivedConflict> losers) {
        return List.of();
    }

    /** Keeps losing versions. One that is in the archive already, by document, revision and body, is left as it is. */
    void archive(List<ArchivedConflict> losers);

    /** Closes the open archive entries of documents, by {@link #SETTLED_BY}, because of what is written now. */
    void settle(Collection<DocumentId> ids, String note);

    /** Remembers that the decisions about these documents are to be written upstream, see {@link MirrorSink#writeBacks}. */
    void writeBack(Collection<DocumentId> ids);

    /**
     * Keeps documents that could not be mirrored, one entry a document: a later one replaces it, and a document that
     * {@link #apply} writes leaves the dead letters.
     */
    void park(List<DeadLetter> poison);

    /** Those of some documents that are in the dead letters. */
    Set<DocumentId> parked(Collection<DocumentId> ids);

    /** The technical resource behind this transaction, so that a store can join it; empty if there is none. */
    <T> Optional<T> unwrap(Class<T> type);

    /**
     * Runs an action right after a successful commit, such as that of a store that can't join. Several run in the order in
     * which they were given; a failure leaves through commit, and those behind it are not run.
     */
    void afterCommit(Runnable action);

    /**
     * Makes everything durable, if the lease still holds.
     *
     * @throws dev.docmirror.error.LeaseLostException if another worker took the lease; nothing was written
     * @throws dev.docmirror.error.TransientSyncException if the outcome is unknown or nothing was written; doing the
     *     same again is safe
     */
    void commit();

    @Override
    void close();
}
