package dev.docmirror.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentCodec;
import dev.docmirror.change.DocumentId;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.mirror.MirrorTransaction;

/** What was looked up to decide the changes of one batch. Grows; confined to one thread. */
final class Evidence {
    private final Map<DocumentId, Optional<DocumentChange>> confirmed = new HashMap<>();
    private final Map<DocumentId, Optional<Ancestry>> ancestry = new HashMap<>();
    private final Map<DocumentId, Document> protectedVersions = new HashMap<>();
    private final Map<ExternalId, Optional<IdentityId>> identities = new HashMap<>();
    private final Optional<DocumentCodec> codec;
    private boolean anew;

    /** @param codec reads the versions that the mirror keeps, as it reads those of the source */
    Evidence(Optional<DocumentCodec> codec) {
        this.codec = codec;
    }

    /** Also what is mirrored in this very state is to be written. */
    void makeAnew() {
        anew = true;
    }

    boolean isMadeAnew() {
        return anew;
    }

    /** Whether the source was asked how the document is now; that is the truth then, however old it looks. */
    boolean isConfirmed(DocumentId id) {
        return confirmed.containsKey(id);
    }

    /** The change, or what the source said when it was asked again; empty if it does not know the document any more. */
    Optional<DocumentChange> newest(DocumentChange change) {
        return confirmed.getOrDefault(change.id(), Optional.of(change));
    }

    void confirm(Collection<DocumentId> asked, Collection<DocumentChange> answers) {
        asked.forEach(id -> confirmed.put(id, Optional.empty()));
        answers.forEach(change -> confirmed.put(change.id(), Optional.of(change)));
    }

    /** Whether the source was asked where the leaves come from. */
    boolean hasAncestry(DocumentId id) {
        return ancestry.containsKey(id);
    }

    Optional<Ancestry> ancestry(DocumentId id) {
        return ancestry.getOrDefault(id, Optional.empty());
    }

    void trace(Collection<DocumentId> asked, Collection<Ancestry> answers) {
        asked.forEach(id -> ancestry.put(id, Optional.empty()));
        answers.forEach(one -> ancestry.put(one.id(), Optional.of(one)));
    }

    /** Whether everything is known about an external id that was asked for. */
    boolean answers(IdentityRequest request) {
        ExternalId id = request.externalId();
        Optional<IdentityId> known = identities.get(id);
        return known != null && (known.isPresent() || !request.linkUnknown());
    }

    /** @throws IdentitiesMissing if they are to be looked up first */
    Map<ExternalId, Optional<IdentityId>> identities(Collection<IdentityRequest> requests) {
        if (!requests.stream().allMatch(this::answers)) {
            throw new IdentitiesMissing(requests);
        }
        Map<ExternalId, Optional<IdentityId>> known = new HashMap<>();
        requests.forEach(request -> known.put(request.externalId(), identities.get(request.externalId())));
        return known;
    }

    void identify(Collection<ExternalId> asked, Map<ExternalId, IdentityId> answers) {
        asked.forEach(id -> identities.put(id, Optional.ofNullable(answers.get(id))));
    }

    Optional<Document> protectedVersion(DocumentId id) {
        return Optional.ofNullable(protectedVersions.get(id));
    }

    void loadProtected(Collection<DocumentId> ids, MirrorTransaction tx) {
        Set<DocumentId> missing = new HashSet<>(ids);
        missing.removeAll(protectedVersions.keySet());
        if (!missing.isEmpty()) {
            tx.protectedVersions(missing)
                    .forEach((id, version) ->
                            protectedVersions.put(id, codec.map(version::readBy).orElse(version)));
        }
    }

    /** The mapper has to know who is meant, and nobody was asked so far. */
    static final class IdentitiesMissing extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<IdentityRequest> requests;

        private IdentitiesMissing(Collection<IdentityRequest> requests) {
            super("identities are to be looked up", null, false, false);
            this.requests = List.copyOf(requests);
        }

        List<IdentityRequest> requests() {
            return requests;
        }
    }
}
