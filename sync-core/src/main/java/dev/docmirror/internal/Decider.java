package dev.docmirror.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Superseded;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.MissingKeyException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.identity.IdentityRequest;
import dev.docmirror.internal.Mappings.Mapped;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import org.jspecify.annotations.Nullable;

/** Decides what is to be done about a change, from the change and what is mirrored. No I/O. */
final class Decider {
    private final Mappings mappings;
    private final ConflictPolicy policy;
    private final ConflictResolver resolver;
    private final Alarms alarms;
    private final boolean upstream;

    /** @param upstream whether decisions are written to the source, too */
    Decider(StreamId stream, DocumentMapper mapper, ConflictPolicy policy, Clock clock, boolean upstream) {
        this.mappings = new Mappings(stream, mapper);
        this.policy = policy;
        this.resolver = new ConflictResolver(stream, policy);
        this.alarms = new Alarms(policy, clock);
        this.upstream = upstream;
    }

    Decision decide(DocumentChange change, @Nullable MirroredDocument mirrored, Evidence evidence) {
        LeafDigest digest = change.digest();
        boolean seen = mirrored != null && digest.equals(mirrored.leaves()) && !evidence.isMadeAnew();
        if (mirrored != null) {
            if (seen
                    && !mayHaveRowsNow(mirrored)
                    && Alarms.alteredBody(change, mirrored).isEmpty()) {
                return new Decision.Unchanged();
            }
            if (digest.weight() < mirrored.leaves().weight() && !evidence.isConfirmed(change.id())) {
                return new Decision.Suspect(change);
            }
        }
        Attempt attempt = () -> {
            Decision decision = decide(change, digest, Optional.ofNullable(mirrored), evidence);
            return seen && isAsBefore(decision) ? new Decision.Unchanged() : decision;
        };
        return orPark(attempt, change.id(), change.winner().revision(), Optional.ofNullable(mirrored));
    }

    /**
     * What would be done about a change with one leaf if nothing were mirrored of the document; empty if that can't be
     * told: then deciding tells why. Any thread may ask.
     */
    Optional<Decision> asIfNew(DocumentChange change) {
        if (change.leaves().size() > 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(decide(change, null, new Evidence(Optional.empty())))
                    .filter(Decision.Write.class::isInstance);
        } catch (RuntimeException e) {
            return Optional.empty(); // it comes again when the change is decided about, and is told then
        }
    }

    /** The rows of what is mirrored, made anew. Nothing is judged again: only rows, type and tables may change. */
    Decision remap(MirroredDocument mirrored, Document version, Evidence evidence) {
        Optional<MirroredDocument> before = Optional.of(mirrored);
        Attempt attempt = () -> {
            Mapped mapped = mappings.of(version, before, evidence);
            MirroredDocument state = mirrored.withMapping(mapped.type(), mapped.tables());
            return new Decision.Write(
                    new DocumentWrite(state, before, mapped.rows()),
                    Optional.empty(),
                    mapped.skipped(),
                    mapped.unknown(),
                    List.of(),
                    false);
        };
        return orPark(attempt, mirrored.id(), mirrored.revision(), before);
    }

    private interface Attempt {
        Decision decide();
    }

    private static Decision orPark(
            Attempt attempt, DocumentId id, Revision revision, Optional<MirroredDocument> mirrored) {
        DeadLetter.Kind kind;
        String reason;
        try {
            return attempt.decide();
        } catch (MissingKeyException e) {
            kind = DeadLetter.Kind.ENCRYPTED;
            reason = e.getMessage();
        } catch (MappingException e) {
            kind = DeadLetter.Kind.MAPPING;
            reason = e.getMessage();
        } catch (PolicyFailure e) {
            kind = DeadLetter.Kind.POLICY;
            reason = e.getMessage();
        } catch (Evidence.IdentitiesMissing e) {
            return new Decision.Unidentified(e.requests());
        }
        Optional<String> type = mirrored.flatMap(MirroredDocument::type);
        return new Decision.Park(new DeadLetter(id, revision, type, kind, reason == null ? "no reason given" : reason));
    }

    /** Whose identities the mapper will most likely have to know. */
    Collection<IdentityRequest> foreseen(List<DocumentChange> changes) {
        return mappings.foreseen(changes);
    }

    /** A document without rows may get some under a mapping that has changed. */
    static boolean mayHaveRowsNow(MirroredDocument mirrored) {
        return mirrored.type().isEmpty() && !mirrored.deleted() && !mirrored.disputed();
    }

    private static boolean isAsBefore(Decision decision) {
        return decision instanceof Decision.Write write
                && write.alarms().isEmpty()
                && write.write().rows().isEmpty()
                && Optional.of(write.write().state()).equals(write.write().before());
    }

    private Decision decide(
            DocumentChange change, LeafDigest digest, Optional<MirroredDocument> mirrored, Evidence evidence) {
        for (Document leaf : change.leaves()) {
            requireReadable(leaf);
        }
        DocumentChange open = open(change);
        boolean isProtected = mirrored.isPresent() && mirrored.get().protection() != Protection.NONE;
        if (open.leaves().size() == 1 && !isProtected) {
            Judged judged = new Judged(change, digest, mirrored, Optional.empty(), false);
            return mirror(judged, open.winner(), open.winner(), evidence);
        }
        if (policy.needsAncestry() && !evidence.hasAncestry(change.id())) {
            return new Decision.Untraced(change);
        }
        Conflict conflict =
                new Conflict(open, mirrored, evidence.protectedVersion(change.id()), evidence.ancestry(change.id()));
        ConflictResolver.Verdict verdict = resolver.resolve(conflict);
        Judged judged = new Judged(
                change,
                digest,
                mirrored,
                Optional.of(verdict.resolved()),
                upstream && !verdict.plan().isEmpty());
        if (verdict.target().isPresent()) {
            return mirror(judged, verdict.target().get(), verdict.basis(), evidence);
        }
        Optional<Document> kept = evidence.protectedVersion(change.id());
        return evidence.isMadeAnew() && kept.isPresent()
                ? mirror(judged, kept.get(), kept.get(), evidence)
                : keep(judged, evidence);
    }

    /** A policy judges all leaves or none: it must not take one whose key is not there for one that says nothing. */
    private static void requireReadable(Document leaf) {
        if (leaf.size() == 0) {
            leaf.body(); // fails with the reason why it could not be had
        }
        try {
            leaf.isEncoded();
        } catch (MissingKeyException e) {
            throw e;
        } catch (MappingException e) {
            return; // told where this version is needed
        }
    }

    /** What is to be written upstream about a conflict, if anything; for leaves that were judged like this before. */
    Optional<Upstream.Plan> plan(DocumentChange change, MirroredDocument mirrored, Evidence evidence) {
        DocumentChange open = open(change);
        if (open.leaves().size() == 1 && mirrored.protection() == Protection.NONE) {
            return Optional.empty();
        }
        Conflict conflict = new Conflict(
                open, Optional.of(mirrored), evidence.protectedVersion(change.id()), evidence.ancestry(change.id()));
        return Optional.of(resolver.resolve(conflict).plan()).filter(plan -> !plan.isEmpty());
    }

    /** The leaves that nobody closed by writing a decision upstream. */
    private static DocumentChange open(DocumentChange change) {
        if (change.leaves().size() == 1) {
            return change;
        }
        List<Document> open = new ArrayList<>(change.leaves());
        open.removeIf(Superseded::marks);
        return open.isEmpty() ? change : new DocumentChange(change.id(), open);
    }

    /**
     * A change and what was decided about it.
     *
     * @param upstream whether the source has to hear of it
     */
    private record Judged(
            DocumentChange change,
            LeafDigest digest,
            Optional<MirroredDocument> mirrored,
            Optional<Decision.Resolved> resolved,
            boolean upstream) {
        boolean disputed() {
            return resolved.isPresent() && resolved.get().disputed();
        }
    }

    /** What is mirrored stays; the registry remembers that these leaves were judged. */
    private Decision keep(Judged judged, Evidence evidence) {
        MirroredDocument state = judged.mirrored()
                .map(m -> m.withLeaves(judged.digest(), judged.disputed()))
                .orElseGet(() -> entry(judged.change().winner(), Optional.empty(), List.of(), Protection.NONE, judged));
        Optional<Decision.Resolved> conflict = judged.resolved()
                .filter(resolved -> !resolved.losers().isEmpty())
                .map(resolved -> resolved.withType(state.type().or(() -> mappings.typeOf(judged.change(), evidence))));
        return new Decision.Write(
                new DocumentWrite(state, judged.mirrored(), List.of()),
                conflict,
                false,
                Optional.empty(),
                alarms.about(judged.change(), judged.mirrored(), Optional.empty()),
                judged.upstream());
    }

    /**
     * @param target the version to mirror
     * @param basis the source's own version it stands for: itself, or CouchDB's winner for a merged one
     */
    private Decision mirror(Judged judged, Document target, Document basis, Evidence evidence) {
        // Of a conflict, the version that was chosen may fail, which need not be CouchDB's winner.
        Attempt attempt = () -> mapped(judged, target, basis, evidence);
        return orPark(attempt, basis.id(), basis.revision(), judged.mirrored());
    }

    private Decision mapped(Judged judged, Document target, Document basis, Evidence evidence) {
        // Also where the registry has this very version: its rows may hold a merged body, or have never been written.
        Mapped mapped = mappings.of(target, judged.mirrored(), evidence);
        Protection protection = protection(target);
        Optional<Document> kept = protection == Protection.NONE ? Optional.empty() : Optional.of(target);
        MirroredDocument state = entry(basis, mapped.type(), mapped.tables(), protection, judged);
        return new Decision.Write(
                new DocumentWrite(state, judged.mirrored(), mapped.rows(), kept),
                mapped.skipped()
                        ? judged.resolved()
                        : judged.resolved().map(resolved -> resolved.withType(mapped.type())),
                mapped.skipped(),
                mapped.unknown(),
                alarms.about(judged.change(), judged.mirrored(), Optional.of(target)),
                judged.upstream());
    }

    private Protection protection(Document target) {
        try {
            return policy.protection(target);
        } catch (MappingException | TransientSyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PolicyFailure(e);
        }
    }

    private static MirroredDocument entry(
            Document version, Optional<String> type, List<TableKey> tables, Protection protection, Judged judged) {
        return new MirroredDocument(
                version.id(),
                type,
                tables,
                version.revision(),
                version.contentHash(),
                version.deleted(),
                protection,
                judged.digest(),
                judged.disputed());
    }

    /** The conflict policy threw; its message may quote the document and is left out. */
    static final class PolicyFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        PolicyFailure(RuntimeException failure) {
            super("the conflict policy failed with " + failure.getClass().getName(), null, false, false);
        }
    }
}
