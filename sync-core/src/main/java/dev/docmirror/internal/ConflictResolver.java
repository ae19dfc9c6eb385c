package dev.docmirror.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mirror.MirroredDocument;

/** Asks the policy and turns its resolution into what is mirrored, what is archived and what goes upstream. */
final class ConflictResolver {
    private final ConflictPolicy policy;
    private final ConflictContext context;

    ConflictResolver(StreamId stream, ConflictPolicy policy) {
        this.policy = policy;
        this.context = new ConflictContext(stream);
    }

    /**
     * A decided conflict.
     *
     * @param target the version to mirror; empty if what is mirrored stays
     * @param basis the source's own version the target stands for
     * @param resolved what is archived
     * @param plan how the source comes to hold the decision
     */
    record Verdict(Optional<Document> target, Document basis, Decision.Resolved resolved, Upstream.Plan plan) {}

    Verdict resolve(Conflict conflict) {
        Conflict seen = aliased(conflict);
        Resolution resolution = ask(seen);
        if (resolution instanceof Resolution.Merge merge) {
            return merged(conflict, merge);
        }
        if (resolution instanceof Resolution.Reject reject) {
            return rejected(conflict, reject);
        }
        if (resolution instanceof Resolution.Review review) {
            Upstream.Plan nothing = new Upstream.Plan(conflict.change().id(), Optional.empty(), List.of());
            return kept(conflict, Outcome.REVIEW, review.reason(), nothing);
        }
        if (resolution instanceof Resolution.Choose choose) {
            return chosen(conflict, sameLeaf(conflict.change(), choose.winner()), choose.losers(), choose.reason());
        }
        return chosen(conflict, conflict.change().winner(), Outcome.CHOSEN, "CouchDB's own order");
    }

    /** A leaf that says what the protected version says stands for it: it may have been restored upstream. */
    private static Conflict aliased(Conflict conflict) {
        Optional<Document> restored = conflict.protectedVersion()
                .filter(kept -> conflict.leaves().stream()
                        .noneMatch(leaf -> leaf.revision().equals(kept.revision())))
                .flatMap(kept -> conflict.leaves().stream()
                        .filter(leaf -> SameContent.test(leaf, kept))
                        .findFirst());
        return restored.map(leaf -> new Conflict(
                        conflict.change(),
                        conflict.mirrored().map(m -> m.withRevision(leaf.revision())),
                        conflict.protectedVersion(),
                        conflict.ancestry()))
                .orElse(conflict);
    }

    private Verdict merged(Conflict conflict, Resolution.Merge merge) {
        DocumentChange change = conflict.change();
        Document basis = change.winner();
        // What went into a merged version from an envelope is not stored outside of one.
        Document like = conflict.leaves().stream()
                .filter(Document::isEncoded)
                .findFirst()
                .orElse(basis);
        Document target = like.with(basis.revision(), merge.merged());
        Decision.Resolved resolved =
                archived(conflict, leaf -> true, Optional.of(target), Outcome.MERGED, merge.reason());
        Upstream.Plan plan = !basis.deleted() && SameContent.test(merge.merged(), basis.body())
                ? Upstream.choose(change, basis)
                : Upstream.write(change, basis, false, target.stored());
        return new Verdict(Optional.of(target), basis, resolved, plan);
    }

    private Verdict chosen(Conflict conflict, Document chosen, Outcome losers, String reason) {
        Decision.Resolved resolved = archived(conflict, leaf -> leaf != chosen, Optional.of(chosen), losers, reason);
        Upstream.Plan plan = Upstream.choose(conflict.change(), chosen);
        // Not even the column that tells when a row was written moves, as long as it is this very version.
        boolean mirroredAlready = conflict.protectedVersion()
                .filter(kept -> kept.revision().equals(chosen.revision())
                        && kept.contentHash().equals(chosen.contentHash()))
                .isPresent();
        return new Verdict(mirroredAlready ? Optional.empty() : Optional.of(chosen), chosen, resolved, plan);
    }

    private Verdict rejected(Conflict conflict, Resolution.Reject reject) {
        DocumentChange change = conflict.change();
        Optional<Document> kept = conflict.protectedVersion();
        Optional<Document> live = kept.flatMap(version -> change.leaves().stream()
                .filter(leaf -> SameContent.test(leaf, version))
                .findFirst());
        Upstream.Plan plan = live.map(leaf -> Upstream.choose(change, leaf))
                .or(() -> kept.map(
                        version -> Upstream.write(change, change.winner(), version.deleted(), version.stored())))
                .orElseGet(() -> new Upstream.Plan(change.id(), Optional.empty(), List.of()));
        return kept(conflict, Outcome.valueOf(reject.kind().name()), reject.reason(), plan);
    }

    private Verdict kept(Conflict conflict, Outcome outcome, String reason, Upstream.Plan plan) {
        Predicate<Document> loses = leaf -> conflict.mirrored()
                        .filter(mirrored -> isMirrored(leaf, mirrored))
                        .isEmpty()
                && conflict.protectedVersion()
                        .filter(version -> SameContent.test(leaf, version))
                        .isEmpty();
        Decision.Resolved resolved = archived(conflict, loses, Optional.empty(), outcome, reason);
        return new Verdict(Optional.empty(), conflict.change().winner(), resolved, plan);
    }

    private static boolean isMirrored(Document leaf, MirroredDocument mirrored) {
        return leaf.revision().equals(mirrored.revision()) && leaf.contentHash().equals(mirrored.contentHash());
    }

    private Resolution ask(Conflict conflict) {
        try {
            return policy.resolve(conflict, context);
        } catch (MappingException | TransientSyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Decider.PolicyFailure(e);
        }
    }

    /** @param chosen the version that is preferred; empty for the mirrored one */
    private Decision.Resolved archived(
            Conflict conflict, Predicate<Document> loses, Optional<Document> chosen, Outcome outcome, String reason) {
        Optional<String> type = conflict.mirrored().flatMap(MirroredDocument::type);
        Optional<Revision> preferred =
                chosen.map(Document::revision).or(() -> conflict.mirrored().map(MirroredDocument::revision));
        Optional<Instant> preferredAt = chosen.or(conflict::protectedVersion).flatMap(this::writtenAt);
        List<ArchivedConflict> losers = conflict.leaves().stream()
                .filter(loses)
                .map(leaf -> new ArchivedConflict(leaf, writtenAt(leaf), type, preferred, preferredAt, outcome, reason))
                .toList();
        return new Decision.Resolved(losers, preferred, outcome, reason);
    }

    /** As precise as databases keep it. */
    private Optional<Instant> writtenAt(Document version) {
        try {
            return policy.writtenAt(version).map(time -> time.truncatedTo(ChronoUnit.MICROS));
        } catch (MappingException e) {
            return Optional.empty(); // a version that can't be read says nothing
        } catch (TransientSyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Decider.PolicyFailure(e);
        }
    }

    /** A policy may hand back an equal leaf of its own making; only the source's own leaves are mirrored. */
    private static Document sameLeaf(DocumentChange change, Document winner) {
        for (Document leaf : change.leaves()) {
            if (leaf == winner) {
                return leaf;
            }
        }
        for (Document leaf : change.leaves()) {
            if (leaf.revision().equals(winner.revision()) && leaf.contentHash().equals(winner.contentHash())) {
                return leaf;
            }
        }
        throw new Decider.PolicyFailure(new IllegalStateException("the policy chose a version that is no leaf"));
    }
}
