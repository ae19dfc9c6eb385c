package dev.docmirror.laws;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.ConflictPolicyLaws;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Group;

/** The shipped guards keep the laws. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik is an inner class
class GuardPolicyLawsTest {

    @Group
    class ImmutableOnceSigned extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.immutableOnceSigned("/signature");
        }

        @Override
        protected Kind kind() {
            return Kind.GUARD;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.signed();
        }
    }

    @Group
    class VerifiedSignature extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.immutableOnceSigned(
                    "/signature",
                    (document, signature) -> signature.asString("").equals("5f1c"));
        }

        @Override
        protected Kind kind() {
            return Kind.GUARD;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.signed();
        }
    }

    @Group
    class LockedOnce extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.lockedOnce("/isLocked");
        }

        @Override
        protected Kind kind() {
            return Kind.GUARD;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.locked();
        }
    }

    @Group
    class LockedUntilUnlocked extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.lockedOnce(
                    "/isLocked", unlock -> unlock.body().has("n"));
        }

        @Override
        protected boolean isUnlock(Document edit) {
            return edit.body().has("n");
        }

        @Override
        protected Kind kind() {
            return Kind.GUARD;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.locked();
        }
    }
}
