package dev.docmirror.identity;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knows under which ids several systems know one person or thing. An external id names at most one identity at a time;
 * an identity has any number of external ids, also several of one system. Thread-safe, and safe to share by any number of
 * processes: two that link the same id at once get the same identity.
 *
 * <p>Every change is one transaction and leaves entries in an audit that is only appended to. To link or merge again what
 * is linked or merged changes nothing and adds no entry.
 *
 * <p>Documents that are mirrored already are not mapped again because links change: their rows keep the identity they
 * were written with. After a merge that one still leads to the survivor ({@link #find}); after a split, the rows of the
 * documents in question have to be written anew. {@link Identity#externalIds()} are what to look for in the documents.
 *
 * <p>Every method throws {@link dev.docmirror.error.TransientSyncException} for what can heal by itself, and another
 * {@link dev.docmirror.error.SyncException} for what a person has to mend.
 */
public interface IdentityLinks {

    /** Whom external ids name, in one request for all of them. An id that is not linked is missing from the answer. */
    Map<ExternalId, IdentityId> resolve(Collection<ExternalId> ids);

    /**
     * Says that all these ids name the same person or thing. They are linked to the identity that one of them names
     * already, or else to a new one.
     *
     * @return that identity
     * @throws dev.docmirror.error.LinkRefusedException if they name different identities; nothing is changed then:
     *     {@link #merge} says on purpose that two are one
     */
    IdentityId link(Collection<ExternalId> same, LinkNote note);

    /**
     * Links each id that is not linked to a new identity of its own.
     *
     * @return whom each of the ids names now
     */
    default Map<ExternalId, IdentityId> linkEach(Collection<ExternalId> ids, LinkNote note) {
        Map<ExternalId, IdentityId> known = new HashMap<>(resolve(ids));
        for (ExternalId id : new LinkedHashSet<>(ids)) {
            known.computeIfAbsent(id, unknown -> link(List.of(unknown), note));
        }
        return known;
    }

    /**
     * Says that two identities are one. All ids of the other one move to the survivor, and the other one's
     * {@link IdentityId} leads there from now on.
     *
     * @return the survivor: of identities that were merged before, the one they lead to
     * @throws dev.docmirror.error.LinkRefusedException if one of them was never minted
     */
    IdentityId merge(IdentityId survivor, IdentityId other, LinkNote note);

    /**
     * Says that some ids of an identity name somebody else. They move to a new identity, together; the others stay.
     *
     * @return the new identity
     * @throws dev.docmirror.error.LinkRefusedException if they are not linked to one and the same identity, or if none
     *     would stay there
     */
    IdentityId split(Collection<ExternalId> moving, LinkNote note);

    /** An identity, or the one it was merged into, with all its external ids; empty if it was never minted. */
    Optional<Identity> find(IdentityId id);

    /**
     * The audit entries that name an identity, oldest first. One that was merged into another keeps its own: they tell
     * which ids to {@link #split} off again, should the merge have been a mistake.
     */
    List<LinkEvent> history(IdentityId id);
}
