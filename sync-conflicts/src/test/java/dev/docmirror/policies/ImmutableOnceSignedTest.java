package dev.docmirror.policies;

import java.util.List;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.conflict.Resolution.Choose;
import dev.docmirror.conflict.Resolution.Defer;
import dev.docmirror.conflict.Resolution.Reject;
import dev.docmirror.conflict.Resolution.Rejection;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.Leaves.against;
import static dev.docmirror.policies.Leaves.conflict;
import static dev.docmirror.policies.Leaves.gone;
import static dev.docmirror.policies.Leaves.lost;
import static dev.docmirror.policies.Leaves.note;
import static dev.docmirror.policies.Leaves.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ImmutableOnceSignedTest {
    private static final String SIGNED = "\"sig\":\"x\"";

    private final ConflictPolicy policy = ConflictPolicies.immutableOnceSigned("/sig");
    private final Document signed = note("2-a", SIGNED);

    @Test
    void resolve_signedLeaf_winsAgainstLongerEditsAndTombstones() {
        Choose choice = choose(conflict(note("9-f", "\"text\":1"), gone("12-f", ""), lost("13-f", false), signed));
        assertThat(choice.winner()).isSameAs(signed);
        assertThat(choice.losers()).isEqualTo(Outcome.REJECTED_IMMUTABLE);
    }

    @Test
    void resolve_twoSignedLeaves_fallToCouchDbsOrder() {
        Document other = note("2-b", "\"sig\":\"y\"");
        assertThat(choose(conflict(signed, other)).winner()).isSameAs(other);
        assertThat(choose(against(signed, Protection.SIGNED, signed, other)).winner())
                .isSameAs(other);
        assertThat(choose(against(other, Protection.SIGNED, signed, other)).winner())
                .isSameAs(other);
    }

    @Test
    void resolve_oneSignedLeaf_isChosenWithoutARejection() {
        assertThat(choose(conflict(signed)).losers()).isEqualTo(Outcome.CHOSEN);
        assertThat(choose(conflict(signed, signed)).losers()).isEqualTo(Outcome.CHOSEN);
    }

    @Test
    void resolve_mirroredSignedVersionEditedOrDeleted_isRejected() {
        for (Document edit : List.of(
                note("3-a", "\"text\":1"),
                note("3-a", SIGNED),
                note("3-a", "\"sig\":\"other\""),
                gone("3-a", SIGNED),
                gone("3-a", ""),
                lost("3-a", false))) {
            assertRejected(against(signed, Protection.SIGNED, edit));
        }
    }

    @Test
    void resolve_mirroredSignedVersionEditedAndForked_isRejected() {
        assertRejected(against(signed, Protection.SIGNED, note("3-a", SIGNED), note("2-f", SIGNED), gone("4-a", "")));
    }

    @Test
    void orElseLock_lockedVersionEditedAndSigned_staysLocked() {
        Document locked = note("2-a", "\"locked\":true");
        ConflictPolicy both = policy.orElse(ConflictPolicies.lockedOnce("/locked"));
        assertThat(resolve(both, against(locked, Protection.LOCKED, note("3-a", SIGNED))))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.kind()).isEqualTo(Rejection.REJECTED_LOCKED));
        assertThat(resolve(both, against(locked, Protection.LOCKED, locked, signed)))
                .isInstanceOfSatisfying(
                        Choose.class, choice -> assertThat(choice.winner()).isSameAs(signed));
    }

    @Test
    void lockOrElse_signedVersionEditedAndLocked_staysSigned() {
        ConflictPolicy both = ConflictPolicies.lockedOnce("/locked").orElse(policy);
        assertThat(resolve(both, against(signed, Protection.SIGNED, note("3-a", "\"locked\":true"))))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.kind()).isEqualTo(Rejection.REJECTED_IMMUTABLE));
    }

    @Test
    void resolve_mirroredSignedVersionStillALeaf_isChosen() {
        Choose choice = choose(against(signed, Protection.SIGNED, signed, note("7-f", ""), gone("8-f", "")));
        assertThat(choice.winner()).isSameAs(signed);
    }

    @Test
    void resolve_mirroredSignedRevisionWithAnotherBody_isRejected() {
        assertRejected(against(signed, Protection.SIGNED, note("2-a", SIGNED + ",\"text\":\"forged\"")));
        assertRejected(against(signed, Protection.SIGNED, gone("2-a", SIGNED)));
    }

    @Test
    void resolve_mirroredSignedVersionWrittenInOtherBytes_isStillTheSame() {
        Document mirrored = note("2-a", SIGNED + ",\"n\":1.10");
        Document again = note("2-a", "\"n\":1.1," + SIGNED);
        assertThat(choose(against(mirrored, Protection.SIGNED, again, note("7-f", "")))
                        .winner())
                .isSameAs(again);
    }

    @Test
    void resolve_mirroredSignedVersionThatTheVerifierNowRefuses_isKept() {
        ConflictPolicy strict = ConflictPolicies.immutableOnceSigned(
                "/sig", (document, signature) -> signature.stringValue("").equals("valid"));
        Choose choice = (Choose) resolve(strict, against(signed, Protection.SIGNED, signed, note("9-f", SIGNED)));
        assertThat(choice.winner()).isSameAs(signed);
        Document valid = note("3-f", "\"sig\":\"valid\"");
        choice = (Choose) resolve(strict, against(signed, Protection.SIGNED, signed, valid));
        assertThat(choice.winner()).isSameAs(valid);
    }

    @Test
    void resolve_refusedSignature_isNone() {
        ConflictPolicy none = ConflictPolicies.immutableOnceSigned("/sig", (document, signature) -> false);
        assertThat(resolve(none, signed, note("2-b", ""))).isEqualTo(new Defer());
        assertThat(none.protection(signed)).isEqualTo(Protection.NONE);
    }

    @Test
    void resolve_nothingSigned_defers() {
        for (String fields : List.of("", "\"sig\":null", "\"sig\":\"\"", "\"other\":\"x\"")) {
            assertThat(resolve(policy, note("2-a", fields), gone("3-a", SIGNED), lost("1-a", false)))
                    .as(fields)
                    .isEqualTo(new Defer());
        }
        assertThat(resolve(policy, against(note("1-a", ""), Protection.LOCKED, note("2-a", ""))))
                .isEqualTo(new Defer());
    }

    @Test
    void protection_anyValueInALiveDocument_isSigned() {
        for (String value : List.of("\"x\"", "{}", "false", "0", "[1]")) {
            assertThat(policy.protection(note("1-a", "\"sig\":" + value)))
                    .as(value)
                    .isEqualTo(Protection.SIGNED);
        }
        assertThat(policy.protection(gone("1-a", SIGNED))).isEqualTo(Protection.NONE);
        assertThat(policy.protection(lost("1-a", false))).isEqualTo(Protection.NONE);
    }

    @Test
    void immutableOnceSigned_badPointer_isRefusedByName() {
        assertThatThrownBy(() -> ConflictPolicies.immutableOnceSigned("sig"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pointer: must be a JSON Pointer to a field, such as /updatedAt, was sig");
    }

    @Test
    void equals_sameConfiguration_isOnePolicy() {
        assertThat(policy)
                .isEqualTo(ConflictPolicies.immutableOnceSigned("/sig"))
                .isNotEqualTo(ConflictPolicies.immutableOnceSigned("/signature"))
                .hasToString("immutableOnceSigned(/sig)");
        assertThat(ConflictPolicies.immutableOnceSigned("/sig", SignatureVerifier.sha256("/sig")))
                .isEqualTo(ConflictPolicies.immutableOnceSigned("/sig", SignatureVerifier.sha256("/sig")))
                .isNotEqualTo(policy)
                .hasToString("immutableOnceSigned(/sig, sha256(/sig))");
    }

    private Choose choose(Conflict conflict) {
        return (Choose) resolve(policy, conflict);
    }

    private void assertRejected(Conflict conflict) {
        Resolution resolution = resolve(policy, conflict);
        assertThat(resolution).isInstanceOf(Reject.class);
        assertThat(((Reject) resolution).kind()).isEqualTo(Rejection.REJECTED_IMMUTABLE);
    }
}
