package dev.docmirror.mapping;

import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;

/**
 * What a mapper may know beside the document.
 *
 * @param stream the stream that is mirrored
 * @param mirroredType the type under which the document is mirrored at this moment, if it is
 * @param identities what {@link DocumentMapper#identities} asked for: an id of no known identity is there, too, with
 *     nothing
 */
public record MappingContext(
        StreamId stream, Optional<String> mirroredType, Map<ExternalId, Optional<IdentityId>> identities) {
    public MappingContext {
        identities = Map.copyOf(identities);
    }

    /** Without identities. */
    public MappingContext(StreamId stream, Optional<String> mirroredType) {
        this(stream, mirroredType, Map.of());
    }

    /**
     * Who an external id is; empty if nobody linked it so far.
     *
     * @throws IllegalStateException if {@link DocumentMapper#identities} did not ask for it
     */
    public Optional<IdentityId> identity(ExternalId id) {
        Optional<IdentityId> known = identities.get(id);
        if (known == null) {
            throw new IllegalStateException("the mapper's identities() did not ask for this " + id);
        }
        return known;
    }

    /** The same with identities; what a mapper's test needs. */
    public MappingContext withIdentities(Map<ExternalId, Optional<IdentityId>> known) {
        return new MappingContext(stream, mirroredType, known);
    }
}
