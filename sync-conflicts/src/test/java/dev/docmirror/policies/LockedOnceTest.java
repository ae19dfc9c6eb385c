package dev.docmirror.policies;

import java.util.List;
import java.util.function.Predicate;

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
import static dev.docmirror.policies.Leaves.traced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LockedOnceTest {
    private static final String LOCKED = "\"isLocked\":true";
    private static final String UNLOCKED = "\"isLocked\":false,\"unlockedBy\":\"chief\"";
    private final Predicate<Document> byChief = LockedOnceTest::isByChief;
    private final ConflictPolicy forever = ConflictPolicies.lockedOnce("/isLocked");
    private final ConflictPolicy policy = ConflictPolicies.lockedOnce("/isLocked", byChief);
    private final Document locked = note("2-a", LOCKED);
    private final Document unlock = note("3-a", UNLOCKED);

    @Test
    void resolve_lockedLeaf_winsAgainstLongerEditsAndTombstones() {
        Choose choice = (Choose) resolve(forever, note("9-f", UNLOCKED), gone("12-f", ""), lost("13-f", false), locked);
        assertThat(choice.winner()).isSameAs(locked);
        assertThat(choice.losers()).isEqualTo(Outcome.REJECTED_LOCKED);
        assertThat(((Choose) resolve(forever, locked)).losers()).isEqualTo(Outcome.CHOSEN);
    }

    @Test
    void resolve_twoLockedLeaves_fallToCouchDbsOrder() {
        Document other = note("2-b", LOCKED);
        assertChosen(other, conflict(locked, other));
        assertChosen(other, against(locked, Protection.LOCKED, locked, other));
    }

    @Test
    void resolve_mirroredLockedVersionEditedOrDeleted_isRejected() {
        for (Document edit : List.of(
                note("3-a", "\"isLocked\":false"),
                note("3-a", LOCKED),
                gone("3-a", ""),
                gone("3-a", "\"unlockedBy\":\"thief\""),
                lost("3-a", false),
                lost("3-a", true))) {
            assertRejected(against(locked, Protection.LOCKED, edit));
            assertRejected(traced(locked, against(locked, Protection.LOCKED, edit), edit));
        }
        assertRejected(against(locked, Protection.LOCKED, note("2-a", LOCKED + ",\"text\":\"forged\"")));
    }

    @Test
    void resolve_authorisedUnlockOfTheMirroredVersion_isChosen() {
        assertChosen(unlock, traced(locked, against(locked, Protection.LOCKED, unlock), unlock));
        Document thief = note("9-f", "\"isLocked\":false,\"unlockedBy\":\"thief\"");
        Conflict beside =
                traced(locked, against(locked, Protection.LOCKED, unlock, thief, gone("12-f", "")), unlock, thief);
        assertThat(((Choose) resolve(policy, beside)).losers()).isEqualTo(Outcome.REJECTED_LOCKED);
        assertChosen(unlock, beside);
    }

    @Test
    void resolve_unlockOfUnknownOrigin_isRejected() {
        assertRejected(against(locked, Protection.LOCKED, unlock));
        assertRejected(traced(locked, against(locked, Protection.LOCKED, unlock)));
    }

    @Test
    void resolve_unlockWithoutAPredicate_isRejected() {
        Conflict conflict = traced(locked, against(locked, Protection.LOCKED, unlock), unlock);
        assertThat(resolve(forever, conflict)).isInstanceOf(Reject.class);
    }

    @Test
    void resolve_authorisedDeletion_isChosenOnlyWhereNothingAliveIs() {
        Document deletion = gone("9-f", "\"unlockedBy\":\"chief\"");
        assertChosen(deletion, traced(locked, against(locked, Protection.LOCKED, deletion), deletion));
        assertChosen(unlock, traced(locked, against(locked, Protection.LOCKED, deletion, unlock), deletion, unlock));
    }

    @Test
    void resolve_plainTombstone_isNoUnlockWhateverThePredicateSays() {
        ConflictPolicy careless = ConflictPolicies.lockedOnce("/isLocked", leaf -> true);
        Document plain = gone("3-a", "");
        assertThat(resolve(careless, traced(locked, against(locked, Protection.LOCKED, plain), plain)))
                .isInstanceOf(Reject.class);
    }

    @Test
    void resolve_unlockBesideALockOnAnotherBranch_choosesThatLock() {
        Document elsewhere = note("2-0", LOCKED);
        assertChosen(elsewhere, traced(locked, against(locked, Protection.LOCKED, unlock, elsewhere), unlock));
    }

    @Test
    void resolve_unlockBesideALockedEditOfTheMirroredVersion_isRejected() {
        Document edit = note("3-f", LOCKED + ",\"text\":\"changed\"");
        assertRejected(traced(locked, against(locked, Protection.LOCKED, unlock, edit), unlock, edit));
    }

    @Test
    void resolve_mirroredLockedVersionStillALeaf_isChosen() {
        assertChosen(locked, against(locked, Protection.LOCKED, locked, note("7-f", UNLOCKED), gone("8-f", "")));
    }

    @Test
    void resolve_nothingLocked_defers() {
        for (String fields : List.of("", "\"isLocked\":false", "\"isLocked\":\"true\"", "\"isLocked\":1")) {
            assertThat(resolve(policy, note("2-a", fields), gone("3-a", LOCKED), lost("1-a", false)))
                    .as(fields)
                    .isEqualTo(new Defer());
        }
    }

    @Test
    void resolve_predicateThrows_letsItPass() {
        ConflictPolicy broken = ConflictPolicies.lockedOnce("/isLocked", leaf -> {
            throw new IllegalStateException("broken");
        });
        Conflict conflict = traced(locked, against(locked, Protection.LOCKED, unlock), unlock);
        assertThatThrownBy(() -> resolve(broken, conflict)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void protection_trueInALiveDocument_isLocked() {
        assertThat(policy.protection(locked)).isEqualTo(Protection.LOCKED);
        assertThat(policy.protection(unlock)).isEqualTo(Protection.NONE);
        assertThat(policy.protection(gone("1-a", LOCKED))).isEqualTo(Protection.NONE);
        assertThat(policy.protection(lost("1-a", false))).isEqualTo(Protection.NONE);
    }

    @Test
    void needsAncestry_onlyToRecogniseAnUnlock() {
        assertThat(policy.needsAncestry()).isTrue();
        assertThat(forever.needsAncestry()).isFalse();
    }

    @Test
    void equals_sameConfiguration_isOnePolicy() {
        assertThat(policy)
                .isEqualTo(ConflictPolicies.lockedOnce("/isLocked", byChief))
                .isNotEqualTo(forever);
        assertThat(forever).isEqualTo(ConflictPolicies.lockedOnce("/isLocked")).hasToString("lockedOnce(/isLocked)");
    }

    private static boolean isByChief(Document leaf) {
        return leaf.body().path("unlockedBy").stringValue("").equals("chief");
    }

    private void assertChosen(Document expected, Conflict conflict) {
        assertThat(((Choose) resolve(policy, conflict)).winner()).isSameAs(expected);
    }

    private void assertRejected(Conflict conflict) {
        Resolution resolution = resolve(policy, conflict);
        assertThat(resolution).isInstanceOf(Reject.class);
        assertThat(((Reject) resolution).kind()).isEqualTo(Rejection.REJECTED_LOCKED);
    }
}
