package dev.docmirror.mirror;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.mapping.TableDefinition;

/**
 * The database that holds the mirror. Thread-safe and reusable; whoever creates it closes it, the worker never does.
 *
 * <p>Every method, here and in what it opens, throws {@link dev.docmirror.error.TransientSyncException} for what can
 * heal by itself, and another {@link dev.docmirror.error.SyncException} for what a person has to mend.
 */
public interface MirrorSink {

    /**
     * Takes the lease of a stream if it is free, expired or was {@code owner}'s before. Each grant has a higher
     * {@link Lease#epoch() epoch} than any before it, and a transaction under an older one can't commit. Time is the
     * database's.
     *
     * @param owner names the worker, for people to read: host, process
     * @param ttl how long the lease lasts without {@link Lease#renew()}
     * @return empty while another worker holds it
     */
    Optional<Lease> lease(StreamId stream, String owner, Duration ttl);

    /** Begins a transaction under a lease. */
    MirrorTransaction begin(Lease lease);

    /** What is mirrored of some documents; a read of its own, without locks. Documents never seen are missing. */
    Map<DocumentId, MirroredDocument> mirrored(StreamId stream, Collection<DocumentId> ids);

    /**
     * What is mirrored, page by page, in an order of the sink's own that no other write changes; without locks.
     *
     * @param after the last document of the page before
     */
    List<MirroredDocument> registered(StreamId stream, Optional<DocumentId> after, int limit);

    /** Decisions that wait to be written upstream, those that wait longest first. */
    List<WriteBack> writeBacks(StreamId stream, int limit);

    /**
     * Forgets decisions that were written upstream. A document that was remembered again meanwhile stays.
     *
     * @throws dev.docmirror.error.LeaseLostException if another worker took the lease; nothing was forgotten
     */
    void writtenBack(Lease lease, Collection<WriteBack> done);

    /**
     * Checks that the live tables are as needed: docmirror's own, and those described here.
     *
     * @throws dev.docmirror.error.SchemaMismatchException naming each difference
     */
    default void verify(List<TableDefinition> tables) {}
}
