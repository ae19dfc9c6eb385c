package dev.docmirror.laws;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.ConflictModelLaws;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Group;

import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;

/** Whole lives of documents under the shipped policies. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik is an inner class
class ConflictModelLawsTest {

    @Group
    class Drafts extends ConflictModelLaws {
        @Override
        protected ConflictPolicy policy() {
            return lastWriteWins("/updatedAt");
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.drafts();
        }
    }

    @Group
    class Notes extends ConflictModelLaws {
        @Override
        protected ConflictPolicy policy() {
            return immutableOnceSigned("/signature")
                    .orElse(lockedOnce("/isLocked"))
                    .orElse(lastWriteWins("/updatedAt"));
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.signedAndLocked();
        }
    }

    @Group
    class Merges extends ConflictModelLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.fieldMerge(lastWriteWins("/updatedAt"));
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.drafts();
        }
    }

    @Group
    class Reviews extends ConflictModelLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.manualReview();
        }
    }
}
