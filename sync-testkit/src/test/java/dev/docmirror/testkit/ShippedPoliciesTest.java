package dev.docmirror.testkit;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.policies.ConflictPolicies;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Group;

/** The policies that docmirror ships keep the contract. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik is an inner class
class ShippedPoliciesTest {

    @Group
    class LastWriteWins extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.lastWriteWins("/updatedAt", "/createdAt");
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Arbitraries.of(
                    "{}",
                    "{",
                    "{\"updatedAt\":\"2026-02-14T10:30:00Z\"}",
                    "{\"updatedAt\":\"2026-02-14T11:30:00+01:00\",\"secret\":\"" + CANARY + "\"}",
                    "{\"updatedAt\":1771065000000}",
                    "{\"updatedAt\":\"2026-02-14T10:30:00\"}",
                    "{\"updatedAt\":\"2026-02-14\"}",
                    "{\"updatedAt\":\"2026-02-13T12:00:00Z\"}",
                    "{\"updatedAt\":\"" + CANARY + "\",\"createdAt\":1771065000001}",
                    "{\"updatedAt\":\"" + CANARY + "\"}");
        }
    }

    @Group
    class CouchDbWinner extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.couchDbWinner();
        }
    }
}
