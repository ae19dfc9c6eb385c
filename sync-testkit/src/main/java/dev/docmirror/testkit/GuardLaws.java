package dev.docmirror.testkit;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirroredDocument;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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
                        "the policy " + told(resolution) + ", which is not " + guarded.get(0)));
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
                "no leaf is protected, and the guard " + told(resolution));
        Law.L18.holds(
                !guarded || !(resolution instanceof Resolution.Defer),
                leaves,
                "a leaf is protected, and the policy leaves it to others");
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
}
