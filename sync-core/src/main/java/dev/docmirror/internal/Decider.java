package dev.docmirror.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.LeafDigest;
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
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.monitor.SyncEvent;
import org.jspecify.annotations.Nullable;

/** Decides what is to be done about a change, from the change and what is mirrored. No I/O. */
final class Decider {
    private final StreamId stream;
    private final DocumentMapper mapper;
    private final ConflictPolicy policy;
    private final ConflictResolver resolver;
    private final Alarms alarms;
    private final boolean upstream;

    /** @param upstream whether decisions are written to the source, too */
    Decider(StreamId stream, DocumentMapper mapper, ConflictPolicy policy, Clock clock, boolean upstream) {
        this.stream = stream;
        this.mapper = mapper;
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
        Optional<MirroredDocument> known = Optional.ofNullable(mirrored);
        try {
            Decision decision = decide(change, digest, known, evidence);
            return seen && isAsBefore(decision) ? new Decision.Unchanged() : decision;
        } catch (MissingKeyException e) {
            return park(change.winner(), known, DeadLetter.Kind.ENCRYPTED, e.getMessage());
        } catch (MappingException e) {
            return park(change.winner(), known, DeadLetter.Kind.MAPPING, e.getMessage());
        } catch (PolicyFailure e) {
            return park(change.winner(), known, DeadLetter.Kind.POLICY, e.getMessage());
        } catch (Evidence.IdentitiesMissing e) {
            return new Decision.Unidentified(e.requests());
        }
    }

    /** Whose identities the mapper will most likely have to know. */
    Collection<IdentityRequest> foreseen(List<DocumentChange> changes) {
        MappingContext context = new MappingContext(stream, Optional.empty());
        return changes.stream()
                .flatMap(change -> foreseen(change.winner(), context).stream())
                .toList();
    }

    private Collection<IdentityRequest> foreseen(Document document, MappingContext context) {
        try {
            return mapper.identities(document, context);
        } catch (RuntimeException e) {
            return List.of(); // it comes again when the document is mapped, and is told then
        }
    }

    /** A document without rows may get some under a mapping that has changed. */
    private static boolean mayHaveRowsNow(MirroredDocument mirrored) {
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
                .map(resolved -> resolved.withType(state.type().or(() -> typeOf(judged.change(), evidence))));
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
        try {
            return mapped(judged, target, basis, evidence);
        } catch (MappingException e) {
            // Of a conflict, the version that was chosen failed, which need not be CouchDB's winner.
            DeadLetter.Kind kind =
                    e instanceof MissingKeyException ? DeadLetter.Kind.ENCRYPTED : DeadLetter.Kind.MAPPING;
            return park(basis, judged.mirrored(), kind, e.getMessage());
        }
    }

    private Decision mapped(Judged judged, Document target, Document basis, Evidence evidence) {
        // Also where the registry has this very version: its rows may hold a merged body, or have never been written.
        Mapping mapping = map(target, judged.mirrored(), evidence);
        Protection protection = protection(target);
        Optional<Document> kept = protection == Protection.NONE ? Optional.empty() : Optional.of(target);
        List<SyncEvent> told = alarms.about(judged.change(), judged.mirrored(), Optional.of(target));
        if (mapping instanceof Mapping.Rows rows) {
            Optional<String> type = Optional.of(rows.type());
            MirroredDocument state = entry(basis, type, tables(rows.rows()), protection, judged);
            DocumentWrite write = new DocumentWrite(state, judged.mirrored(), rows.rows(), kept);
            Optional<Decision.Resolved> typed = judged.resolved().map(resolved -> resolved.withType(type));
            return new Decision.Write(write, typed, false, Optional.empty(), told, judged.upstream());
        }
        MirroredDocument state = entry(basis, Optional.empty(), List.of(), protection, judged);
        DocumentWrite write = new DocumentWrite(state, judged.mirrored(), List.of(), kept);
        Optional<SyncEvent.TypeUnknown> unknown = mapping instanceof Mapping.UnknownType u
                ? Optional.of(new SyncEvent.TypeUnknown(u.type(), target.id()))
                : Optional.empty();
        return new Decision.Write(write, judged.resolved(), true, unknown, told, judged.upstream());
    }

    /**
     * What a document is mapped to if nothing is mirrored of it; parsed and hashed on the way, so that this is done when it
     * is decided about. Empty if that can't be told: then deciding tells why. Any thread may ask.
     */
    Optional<Mapping> mapAhead(Document document) {
        MappingContext context = new MappingContext(stream, Optional.empty());
        document.contentHash();
        try {
            return mapper.identities(document, context).isEmpty()
                    ? Optional.of(mapper.map(document, context))
                    : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty(); // it comes again when the document is decided about, and is told then
        }
    }

    private Mapping map(Document target, Optional<MirroredDocument> mirrored, Evidence evidence) {
        MappingContext context = new MappingContext(stream, mirrored.flatMap(MirroredDocument::type));
        if (context.mirroredType().isEmpty()) {
            Optional<Mapping> ready = evidence.mappedAhead(target);
            if (ready.isPresent()) {
                return ready.get();
            }
        }
        try {
            Collection<IdentityRequest> requests = mapper.identities(target, context);
            return mapper.map(
                    target, requests.isEmpty() ? context : context.withIdentities(evidence.identities(requests)));
        } catch (MappingException | TransientSyncException | Evidence.IdentitiesMissing e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MappingException(
                    target.id(), "the mapper failed with " + e.getClass().getName());
        }
    }

    /** The type the winner would be mirrored as, so that people find a document that nothing is mirrored of. */
    private Optional<String> typeOf(DocumentChange change, Evidence evidence) {
        try {
            return map(change.winner(), Optional.empty(), evidence) instanceof Mapping.Rows rows
                    ? Optional.of(rows.type())
                    : Optional.empty();
        } catch (MappingException e) {
            return Optional.empty(); // it is not mirrored now; should it be one day, it is parked with the reason
        }
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

    private static List<TableKey> tables(List<RowChange> rows) {
        List<TableKey> tables = new ArrayList<>(rows.size());
        for (RowChange row : rows) {
            if (!(row instanceof RowChange.Delete)) {
                tables.add(TableKey.of(row.table()));
            }
        }
        return tables;
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

    private static Decision park(
            Document failed, Optional<MirroredDocument> mirrored, DeadLetter.Kind kind, @Nullable String reason) {
        Optional<String> type = mirrored.flatMap(MirroredDocument::type);
        return new Decision.Park(new DeadLetter(
                failed.id(), failed.revision(), type, kind, reason == null ? "no reason given" : reason));
    }

    /** The conflict policy threw; its message may quote the document and is left out. */
    static final class PolicyFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        PolicyFailure(RuntimeException failure) {
            super("the conflict policy failed with " + failure.getClass().getName(), null, false, false);
        }
    }
}
