package dev.docmirror.identity;

import java.util.Set;

/**
 * A person or thing with everything it is called.
 *
 * @param id the id it has now: of one that was merged into another, the other's
 * @param externalIds what the systems call it, one system possibly by several ids
 */
public record Identity(IdentityId id, Set<ExternalId> externalIds) {
    public Identity {
        externalIds = Set.copyOf(externalIds);
    }
}
