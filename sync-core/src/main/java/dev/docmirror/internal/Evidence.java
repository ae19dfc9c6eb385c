package dev.docmirror.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.mirror.MirrorTransaction;

/** What was looked up to decide the changes of one batch. Grows; confined to one thread. */
final class Evidence {
    private final Map<DocumentId, Optional<DocumentChange>> confirmed = new HashMap<>();
    private final Map<DocumentId, Optional<Ancestry>> ancestry = new HashMap<>();
    private final Map<DocumentId, Document> protectedVersions = new HashMap<>();

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

    Optional<Document> protectedVersion(DocumentId id) {
        return Optional.ofNullable(protectedVersions.get(id));
    }

    void loadProtected(Collection<DocumentId> ids, MirrorTransaction tx) {
        Set<DocumentId> missing = new HashSet<>(ids);
        missing.removeAll(protectedVersions.keySet());
        if (!missing.isEmpty()) {
            protectedVersions.putAll(tx.protectedVersions(missing));
        }
    }
}
