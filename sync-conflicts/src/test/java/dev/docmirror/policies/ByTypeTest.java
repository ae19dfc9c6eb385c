package dev.docmirror.policies;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution.Choose;
import dev.docmirror.conflict.Resolution.Defer;
import dev.docmirror.conflict.Resolution.Reject;
import dev.docmirror.conflict.Resolution.Rejection;
import dev.docmirror.conflict.Resolution.Review;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.ConflictPolicies.byType;
import static dev.docmirror.policies.ConflictPolicies.couchDbWinner;
import static dev.docmirror.policies.ConflictPolicies.forTypes;
import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static dev.docmirror.policies.ConflictPolicies.manualReview;
import static dev.docmirror.policies.Leaves.against;
import static dev.docmirror.policies.Leaves.gone;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.note;
import static dev.docmirror.policies.Leaves.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ByTypeTest {
    private static final String SIGNED_NOTE = "\"type\":\"note\",\"sig\":\"x\"";
    private static final String LOCKED_INTAKE = "\"type\":\"intake\",\"isLocked\":true";

    private final ConflictPolicy drafts = forTypes(manualReview(), "draft", "sketch");
    private final ConflictPolicy clinic = byType(Map.of(
            "note", immutableOnceSigned("/sig"), "intake", lockedOnce("/isLocked"), "draft", lastWriteWins("/at")));

    @Test
    void byType_lockedVersionThatBecameASignedNote_staysLocked() {
        Document locked = note("2-a", LOCKED_INTAKE);
        assertThat(resolve(clinic, against("intake", locked, Protection.LOCKED, note("3-a", SIGNED_NOTE))))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.kind()).isEqualTo(Rejection.REJECTED_LOCKED));
    }

    @Test
    void forTypes_allLiveLeavesOfTheTypes_areDecided() {
        assertThat(resolve(drafts, draft("2-a"), note("2-b", "\"type\":\"sketch\""), gone("9-f", "\"type\":\"note\"")))
                .isInstanceOf(Review.class);
    }

    @Test
    void forTypes_otherMixedOrUnknownTypes_defer() {
        assertThat(resolve(drafts, note("2-a", "\"type\":\"note\""))).isEqualTo(new Defer());
        assertThat(resolve(drafts, draft("2-a"), note("2-b", "\"type\":\"note\"")))
                .isEqualTo(new Defer());
        assertThat(resolve(drafts, draft("2-a"), note("2-b", ""))).isEqualTo(new Defer());
        assertThat(resolve(drafts, draft("2-a"), lost("2-b", false))).isEqualTo(new Defer());
        assertThat(resolve(drafts, note("2-a", "\"type\":1"), gone("1-a", "\"type\":\"draft\""), note("2-b", "")))
                .isEqualTo(new Defer());
        assertThat(resolve(drafts, against("draft", draft("1-a"), Protection.NONE, note("2-a", ""), note("2-b", ""))))
                .isEqualTo(new Defer());
    }

    @Test
    void forTypes_allDeleted_goesByTheMirroredTypeThenTheTombstones() {
        Document plain = gone("2-a", "");
        assertThat(resolve(drafts, against("draft", draft("1-a"), Protection.NONE, plain)))
                .isInstanceOf(Choose.class);
        assertThat(resolve(drafts, against("note", draft("1-a"), Protection.NONE, gone("2-a", "\"type\":\"draft\""))))
                .isEqualTo(new Defer());
        assertThat(resolve(drafts, plain, gone("3-a", "\"type\":\"draft\""))).isInstanceOf(Choose.class);
        assertThat(resolve(drafts, plain)).isEqualTo(new Defer());
        assertThat(resolve(drafts, gone("2-a", "\"type\":\"note\""), gone("3-a", "\"type\":\"draft\"")))
                .isEqualTo(new Defer());
    }

    @Test
    void forTypes_protectedLeafInAMixedSet_isDecided() {
        ConflictPolicy notes = forTypes(immutableOnceSigned("/sig"), "note");
        Document signed = note("2-a", SIGNED_NOTE);
        assertThat(((Choose) resolve(notes, signed, draft("9-f"))).winner()).isSameAs(signed);
        assertThat(resolve(notes, note("2-a", "\"type\":\"draft\",\"sig\":\"x\""), note("2-b", "\"type\":\"note\"")))
                .isEqualTo(new Defer());
    }

    @Test
    void forTypes_mirroredProtectedVersionRewrittenAsAnotherType_isRejected() {
        ConflictPolicy notes = forTypes(immutableOnceSigned("/sig"), "note");
        Document signed = note("2-a", SIGNED_NOTE);
        for (ConflictPolicy policy : List.of(notes, clinic, forTypes(clinic, "note", "intake", "draft"))) {
            Reject reject = (Reject) resolve(policy, against("note", signed, Protection.SIGNED, draft("3-a")));
            assertThat(reject.kind()).isEqualTo(Rejection.REJECTED_IMMUTABLE);
        }
        assertThat(resolve(notes, against("rows of notes", signed, Protection.SIGNED, draft("3-a"))))
                .as("its own word counts before the name of its rows")
                .isInstanceOf(Reject.class);
        Document typeless = note("2-a", "\"sig\":\"x\"");
        assertThat(resolve(notes, against("note", typeless, Protection.SIGNED, draft("3-a"))))
                .isInstanceOf(Reject.class);
        assertThat(resolve(notes, against("intake", typeless, Protection.SIGNED, draft("3-a"))))
                .isEqualTo(new Defer());
    }

    @Test
    void byType_oneType_goesToItsPolicy() {
        Document late = note("2-a", "\"type\":\"draft\",\"at\":2000");
        assertThat(((Choose) resolve(clinic, late, note("2-b", "\"type\":\"draft\",\"at\":1000"))).winner())
                .isSameAs(late);
        assertThat(resolve(clinic, note("2-a", "\"type\":\"note\""), note("2-b", "\"type\":\"note\"")))
                .isEqualTo(new Defer());
        assertThat(resolve(clinic, note("2-a", "\"type\":\"other\""))).isEqualTo(new Defer());
    }

    @Test
    void byType_mixedTypes_goToWhoProtects() {
        Document signed = note("2-a", SIGNED_NOTE);
        Document locked = note("3-a", LOCKED_INTAKE);
        assertThat(((Choose) resolve(clinic, signed, draft("9-f"))).winner()).isSameAs(signed);
        assertThat(((Choose) resolve(clinic, signed, locked, draft("9-f"))).winner())
                .as("signed before locked")
                .isSameAs(signed);
        assertThat(((Choose) resolve(clinic, against("intake", locked, Protection.LOCKED, signed, locked))).winner())
                .as("also where the locked one is mirrored")
                .isSameAs(signed);
        ConflictPolicy two =
                byType(Map.of("note", immutableOnceSigned("/sig"), "report", immutableOnceSigned("/seal")));
        Document report = note("3-b", "\"type\":\"report\",\"seal\":\"x\"");
        assertThat(((Choose) resolve(two, signed, report)).winner())
                .as("the greater one")
                .isSameAs(report);
        assertThat(((Choose) resolve(two, against("note", signed, Protection.SIGNED, signed, report))).winner())
                .as("the mirrored one")
                .isSameAs(signed);
        assertThat(resolve(clinic, draft("2-a"), note("2-b", "\"type\":\"note\"")))
                .isEqualTo(new Defer());
    }

    @Test
    void mixedTypes_signatureInADocumentOfAnotherType_isNone() {
        Document signed = note("2-a", SIGNED_NOTE);
        Document copied = note("3-a", "\"type\":\"draft\",\"sig\":\"x\"");
        for (ConflictPolicy policy : List.of(clinic, forTypes(immutableOnceSigned("/sig"), "note"))) {
            Choose choose = (Choose) resolve(policy, signed, copied, note("4-a", "\"sig\":\"x\""));
            assertThat(choose.winner()).isSameAs(signed);
            assertThat(choose.losers()).isEqualTo(Outcome.REJECTED_IMMUTABLE);
            assertThat(resolve(
                            policy,
                            against("note", signed, Protection.SIGNED, copied, note("3-b", "\"type\":\"note\""))))
                    .isInstanceOf(Reject.class);
        }
    }

    @Test
    void mixedTypes_policyFallsBackToALeafOfAnotherType_choosesThatLeaf() {
        ConflictPolicy policy = forTypes(immutableOnceSigned("/sig").orElse(couchDbWinner()), "note");
        Document draft = draft("3-a");
        Document other = note("3-a", "\"type\":\"draft\",\"n\":1");
        Document locked = note("2-a", "\"type\":\"note\"");
        Document winner = ((Choose) resolve(policy, against("note", locked, Protection.LOCKED, draft, other))).winner();
        assertThat(winner).isIn(draft, other);
        assertThat(((Choose) resolve(policy, against("note", locked, Protection.LOCKED, other, draft))).winner())
                .isSameAs(winner);
    }

    @Test
    void protectionAndTime_areThoseOfTheDocumentsType() {
        assertThat(clinic.protection(note("2-a", SIGNED_NOTE))).isEqualTo(Protection.SIGNED);
        assertThat(clinic.protection(note("2-a", LOCKED_INTAKE))).isEqualTo(Protection.LOCKED);
        assertThat(clinic.protection(note("2-a", "\"type\":\"draft\",\"sig\":\"x\"")))
                .isEqualTo(Protection.NONE);
        assertThat(clinic.protection(lost("2-a", false))).isEqualTo(Protection.NONE);
        assertThat(clinic.writtenAt(note("2-a", "\"type\":\"draft\",\"at\":1000")))
                .contains(Instant.ofEpochSecond(1));
        assertThat(clinic.writtenAt(note("2-a", "\"type\":\"note\",\"at\":1000")))
                .isEmpty();
        ConflictPolicy some = forTypes(lastWriteWins("/at"), "draft");
        assertThat(some.writtenAt(note("2-a", "\"type\":\"draft\",\"at\":1000")))
                .contains(Instant.ofEpochSecond(1));
        assertThat(some.writtenAt(note("2-a", "\"at\":1000"))).isEmpty();
    }

    @Test
    void needsAncestry_ifAnyPolicyDoes() {
        assertThat(clinic.needsAncestry()).isFalse();
        assertThat(byType(Map.of("intake", lockedOnce("/isLocked", leaf -> false)))
                        .needsAncestry())
                .isTrue();
        assertThat(drafts.needsAncestry()).isFalse();
        assertThat(drafts.decidesAlways()).isFalse();
    }

    @Test
    void typePointer_elsewhere_isFollowed() {
        ConflictPolicy policy = forTypes("/meta/kind", manualReview(), "draft");
        Document one = note("2-a", "\"meta\":{\"kind\":\"draft\"}");
        assertThat(resolve(policy, one, note("2-b", "\"meta\":{\"kind\":\"draft\"}")))
                .isInstanceOf(Review.class);
        assertThat(resolve(byType("/meta/kind", Map.of("draft", couchDbWinner())), one))
                .isInstanceOf(Choose.class);
    }

    @Test
    void rules_thatCantWork_areRefused() {
        assertRefused(() -> forTypes(couchDbWinner()), "types: must be at least one, was []");
        assertRefused(() -> forTypes(couchDbWinner(), "a", "b", "a"), "types: must be different, was a twice");
        assertRefused(() -> forTypes(couchDbWinner(), ""), "types: must not be empty text, was []");
        assertRefused(() -> byType(Map.of()), "policies: must be at least one, was {}");
        assertRefused(
                () -> byType(Map.of("", couchDbWinner())),
                "policies: must not have empty text as a type, was {=couchDbWinner()}");
        assertRefused(
                () -> forTypes(forTypes(couchDbWinner(), "b"), "a"),
                "policy: must be for some of the types [a], was for [b], which can't be reached");
        assertRefused(
                () -> byType(Map.of("a", byType(Map.of("a", couchDbWinner(), "b", manualReview())))),
                "policies[a]: must be for some of the types [a], was for [b], which can't be reached");
        assertRefused(() -> forTypes("type", couchDbWinner(), "a"), "typePointer: must be a JSON Pointer");
    }

    @Test
    void equals_sameConfiguration_isOnePolicy() {
        assertThat(drafts)
                .isEqualTo(forTypes(manualReview(), "sketch", "draft"))
                .hasToString("forTypes(manualReview(), draft, sketch)");
        assertThat(byType(Map.of("a", couchDbWinner(), "b", manualReview())))
                .isEqualTo(byType(Map.of("b", manualReview(), "a", couchDbWinner())))
                .hasToString("byType({a=couchDbWinner(), b=manualReview()})");
    }

    private static Document draft(String revision) {
        return note(revision, "\"type\":\"draft\"");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }
}
