package dev.docmirror.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.monitor.SyncEvent;
import tools.jackson.databind.node.ObjectNode;

/** Finds what a person should know of about a change, whatever is decided. */
final class Alarms {
    /** Honest clocks differ, too. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final ConflictPolicy policy;
    private final Clock clock;

    Alarms(ConflictPolicy policy, Clock clock) {
        this.policy = policy;
        this.clock = clock;
    }

    /** @param target the version that is mirrored now; empty if what was mirrored stays */
    List<SyncEvent> about(DocumentChange change, Optional<MirroredDocument> mirrored, Optional<Document> target) {
        List<SyncEvent> events = new ArrayList<>(1);
        mirrored.flatMap(known -> alteredBody(change, known))
                .ifPresent(leaf -> events.add(new SyncEvent.IntegrityAlarm(change.id(), leaf.revision())));
        target.flatMap(this::ahead)
                .ifPresent(ahead -> events.add(
                        new SyncEvent.WrittenInFuture(change.id(), target.get().revision(), ahead)));
        List<Revision> signed = differentlySigned(change);
        if (signed.size() > 1) {
            events.add(new SyncEvent.SignedVersionsDiffer(change.id(), signed));
        }
        return events;
    }

    /** The leaf that has the mirrored revision with another body, if there is one. */
    static Optional<Document> alteredBody(DocumentChange change, MirroredDocument mirrored) {
        for (Document leaf : change.leaves()) {
            if (leaf.revision().equals(mirrored.revision())
                    && leaf.size() > 0
                    && !leaf.contentHash().equals(mirrored.contentHash())) {
                return Optional.of(leaf);
            }
        }
        return Optional.empty();
    }

    private Optional<Duration> ahead(Document target) {
        try {
            return policy.writtenAt(target)
                    .map(time -> Duration.between(clock.instant(), time))
                    .filter(ahead -> ahead.compareTo(TOLERANCE) > 0);
        } catch (MappingException e) {
            return Optional.empty(); // a version that can't be read says nothing
        } catch (TransientSyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Decider.PolicyFailure(e);
        }
    }

    private List<Revision> differentlySigned(DocumentChange change) {
        if (change.leaves().size() == 1) {
            return List.of();
        }
        List<Revision> signed = new ArrayList<>();
        Set<ObjectNode> contents = new HashSet<>();
        for (Document leaf : change.leaves()) {
            if (!leaf.deleted() && protection(leaf) == Protection.SIGNED && contents.add(SameContent.of(leaf.body()))) {
                signed.add(leaf.revision());
            }
        }
        return signed;
    }

    private Protection protection(Document leaf) {
        try {
            return policy.protection(leaf);
        } catch (MappingException e) {
            return Protection.NONE; // a version that can't be read protects nothing
        } catch (TransientSyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Decider.PolicyFailure(e);
        }
    }
}
