package dev.docmirror.testkit;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirroredDocument;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of signed and locked versions, tested wherever the policy says that a leaf is one. */
abstract class GuardLaws extends OrderLaws {

    /** L11, L12: beside a signed or locked leaf no other wins, and it is never merged. */
    @Property
    void signed_anyCompetitors_aProtectedLeafWins(@ForAll("leafSets") LeafSet leaves) {
        List<Document> guarded =
                leaves.leaves().stream().filter(this::isProtected).toList();
        if (guarded.isEmpty()) {
            return;
        }
        Law law = law(guarded);
        Resolution resolution = resolve(leaves);
        law.holds(!(resolution instanceof Resolution.Merge), leaves, "a protected version was merged");
        winner(leaves, resolution)
                .ifPresent(winner -> law.holds(
                        isProtected(winner) && (law == Law.L12 || protection(winner) == Protection.SIGNED),
                        leaves,
                        () -> "the policy " + told(resolution) + ", which is not " + guarded.get(0)));
    }

    /** L11, L12: a mirrored signed or locked version stays where unprotected leaves come, be it from itself. */
    @Property
    void signed_mirroredAlready_isNeverReplaced(@ForAll("leafSets") LeafSet leaves) {
        Optional<Document> mirrored =
                leaves.leaves().stream().filter(this::isProtected).findFirst();
        List<Document> others =
                leaves.leaves().stream().filter(leaf -> !isProtected(leaf)).toList();
        if (mirrored.isEmpty() || others.isEmpty()) {
            return;
        }
        LeafSet competitors = new LeafSet(others);
        Resolution resolution = resolve(
                new Conflict(competitors.change(), Optional.of(entry(mirrored.get())), mirrored, Optional.empty()));
        law(List.of(mirrored.get()))
                .holds(
                        resolution instanceof Resolution.Reject || resolution instanceof Resolution.Review,
                        leaves,
                        mirrored.get() + " is mirrored, and the policy " + told(resolution));
    }

    /** L18: a guard defers where nothing is protected, and no policy defers where something is. */
    @Property
    void composition_nothingProtected_aGuardDefers(@ForAll("leafSets") LeafSet leaves) {
        boolean guarded = leaves.leaves().stream().anyMatch(this::isProtected);
        Resolution resolution = resolve(leaves);
        Law.L18.holds(
                guarded || kind() != Kind.GUARD || resolution instanceof Resolution.Defer,
                leaves,
                () -> "no leaf is protected, and the guard " + told(resolution));
        Law.L18.holds(
                !guarded || !(resolution instanceof Resolution.Defer),
                leaves,
                "a leaf is protected, and the policy leaves it to others");
    }

    /**
     * L11, L12: a mirrored protected version gives way to a protected one of another branch or, where it is locked, to an
     * authorised edit of itself; to nothing else, wherever the leaves come from.
     */
    @Property
    void unlock_anyBranches_replacesOnlyWhatItDescendsFrom(
            @ForAll("guardedHistories") RevisionHistory history, @ForAll("anyVersion") int mirroredOne) {
        Conflict seen = history.conflict();
        Document mirrored = history.version(mirroredOne % history.edits().size());
        if (!isProtected(mirrored)) {
            return;
        }
        Conflict conflict =
                new Conflict(seen.change(), Optional.of(entry(mirrored)), Optional.of(mirrored), seen.ancestry());
        Resolution resolution = resolve(conflict);
        LeafSet leaves = history.leaves();
        Law law = law(List.of(mirrored));
        boolean asks = resolution instanceof Resolution.Reject || resolution instanceof Resolution.Review;
        law.holds(
                asks || resolution instanceof Resolution.Choose,
                leaves,
                () -> mirrored + " is mirrored, and the policy " + told(resolution));
        if (resolution instanceof Resolution.Choose choose && !sameVersion(choose.winner(), mirrored)) {
            Document winner = choose.winner();
            boolean descends = conflict.ancestry().orElseThrow().descends(winner.revision(), mirrored.revision());
            boolean elsewhere =
                    !descends && isProtected(winner) && (law == Law.L12 || protection(winner) == Protection.SIGNED);
            law.holds(
                    elsewhere || (law == Law.L12 && descends && !isProtected(winner) && isUnlock(winner)),
                    leaves,
                    () -> mirrored + " is mirrored, and gives way to " + winner);
        }
    }

    /**
     * Whether this version, which is an edit of a locked one and not locked itself, is authorised to unlock it: what your
     * policy asks. Default: no.
     */
    protected boolean isUnlock(Document edit) {
        return false;
    }

    private Law law(List<Document> guarded) {
        return guarded.stream().anyMatch(leaf -> protection(leaf) == Protection.SIGNED) ? Law.L11 : Law.L12;
    }

    private MirroredDocument entry(Document leaf) {
        return new MirroredDocument(
                leaf.id(),
                Optional.of("record"),
                List.of(),
                leaf.revision(),
                leaf.contentHash(),
                false,
                protection(leaf),
                DocumentChange.of(leaf).digest(),
                false);
    }

    /** Two to six revisions, each an edit of an earlier one or the root of another branch. */
    @Provide
    Arbitrary<RevisionHistory> guardedHistories() {
        Arbitrary<Boolean> deleted = Arbitraries.of(false, false, false, true);
        return Combinators.combine(Arbitraries.integers().between(-1, 3), deleted, readableBodies())
                .as(RevisionHistory.Edit::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(6)
                .map(RevisionHistory::new);
    }

    /** The bodies, without those that are no JSON. */
    @Provide
    Arbitrary<String> readableBodies() {
        return bodies().map(body -> Bodies.parsed(body).isPresent() ? body : "{}");
    }

    @Provide
    Arbitrary<Integer> anyVersion() {
        return Arbitraries.integers().between(0, 5);
    }
}
