package dev.docmirror.mapping;

import java.util.Collection;
import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.identity.IdentityRequest;

/**
 * Turns a document into rows. Thread-safe and pure: the same document and context give the same mapping, whenever and
 * wherever it is asked; no clock, no randomness, no I/O. A rebuild of the mirror relies on it.
 *
 * <p>It is asked for tombstones, too: the type of a deleted document that kept nothing but its id is in
 * {@link MappingContext#mirroredType()}.
 */
@FunctionalInterface
public interface DocumentMapper {

    /**
     * Maps a document.
     *
     * @throws dev.docmirror.error.MappingException if this document can't be mapped; it goes to the dead letters with
     *     the reason. Any other exception parks it as well, with the exception's class as the only reason.
     */
    Mapping map(Document document, MappingContext context);

    /**
     * Whose identities {@link #map} will ask the context for. They are looked up for a whole batch at once, outside of
     * the mirror's transaction, in the {@linkplain dev.docmirror.SyncWorker.Builder#identities links of the worker}.
     * What can't be read is left out: {@code map} is the one to refuse the document.
     *
     * @param context without identities
     */
    default Collection<IdentityRequest> identities(Document document, MappingContext context) {
        return List.of();
    }

    /**
     * Whether this mapper takes encrypted documents as they are, where the worker has no
     * {@linkplain dev.docmirror.SyncWorker.Builder#envelopes keys}. Otherwise they are parked as encrypted. Default: no.
     */
    default boolean takesEnvelopes() {
        return false;
    }

    /** The tables this mapper writes, as far as it can describe them; the start checks the live schema against it. */
    default List<TableDefinition> tables() {
        return List.of();
    }
}
