package dev.docmirror.internal;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.StreamId;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.IdentityId;
import dev.docmirror.identity.IdentityLinks;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.identity.LinkNote;

/** Looks up who is meant, for a batch at once. */
final class Identities {
    private final Optional<IdentityLinks> links;
    private final LinkNote note;

    Identities(Optional<IdentityLinks> links, StreamId stream) {
        this.links = links;
        this.note = LinkNote.of("docmirror", "first seen in stream " + stream);
    }

    boolean areKnown() {
        return links.isPresent();
    }

    /** Looks up, and links nothing: whether the documents are mapped at all is not decided. */
    void resolve(Collection<IdentityRequest> requests, Evidence evidence) {
        Set<ExternalId> unknown = new LinkedHashSet<>();
        requests.stream()
                .filter(request -> !evidence.answers(request))
                .forEach(request -> unknown.add(request.externalId()));
        if (!unknown.isEmpty()) {
            evidence.identify(unknown, some().resolve(unknown));
        }
    }

    /** Looks up, and links unknown ones where that was asked for. */
    void answer(Collection<IdentityRequest> requests, Evidence evidence) {
        if (requests.isEmpty()) {
            return;
        }
        resolve(requests, evidence);
        Set<ExternalId> unlinked = new LinkedHashSet<>();
        requests.stream()
                .filter(request -> !evidence.answers(request))
                .forEach(request -> unlinked.add(request.externalId()));
        if (!unlinked.isEmpty()) {
            Map<ExternalId, IdentityId> answers = some().linkEach(unlinked, note);
            if (!answers.keySet().containsAll(unlinked)) {
                throw new IllegalStateException("linkEach has to answer every id it is asked to link");
            }
            evidence.identify(unlinked, answers);
        }
    }

    private IdentityLinks some() {
        return links.orElseThrow(() -> new ConfigurationException(
                "the mapping asks for identities, but the worker has none: set SyncWorker.Builder.identities", null));
    }
}
