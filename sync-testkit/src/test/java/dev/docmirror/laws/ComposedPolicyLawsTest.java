package dev.docmirror.laws;

import java.util.List;
import java.util.Map;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.ConflictPolicyLaws;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Group;

import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;

/** Merges and compositions of the shipped policies keep the laws. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik is an inner class
class ComposedPolicyLawsTest {

    @Group
    class FieldMerge extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.fieldMerge(lastWriteWins("/updatedAt"));
        }

        @Override
        protected Kind kind() {
            return Kind.MERGING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.drafts();
        }
    }

    @Group
    class FieldMergeOrReview extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.fieldMerge(ConflictPolicies.manualReview());
        }

        @Override
        protected Kind kind() {
            return Kind.MERGING;
        }
    }

    @Group
    class SignedLockedOrLastWrite extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return immutableOnceSigned("/signature")
                    .orElse(lockedOnce("/isLocked"))
                    .orElse(lastWriteWins("/updatedAt"));
        }

        @Override
        protected List<String> timePointers() {
            return List.of("/updatedAt");
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.signedAndLocked();
        }
    }

    @Group
    class SignedOrFieldMerge extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return immutableOnceSigned("/signature").orElse(ConflictPolicies.fieldMerge(lastWriteWins("/updatedAt")));
        }

        @Override
        protected Kind kind() {
            return Kind.MERGING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.signed();
        }
    }

    @Group
    class ByType extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.byType(Map.of(
                            "note", immutableOnceSigned("/signature").orElse(lastWriteWins("/updatedAt")),
                            "intake", lockedOnce("/isLocked").orElse(lastWriteWins("/updatedAt"))))
                    .orElse(lastWriteWins("/updatedAt"));
        }

        @Override
        protected Kind kind() {
            return Kind.COLLECTIVE;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.typed(Bodies.signedAndLocked());
        }
    }

    @Group
    class ForTypes extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.forTypes(immutableOnceSigned("/signature"), "note")
                    .orElse(ConflictPolicies.serverWins("/deviceId"))
                    .orElse(lastWriteWins("/updatedAt"));
        }

        @Override
        protected Kind kind() {
            return Kind.COLLECTIVE;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.typed(Bodies.signed());
        }
    }
}
