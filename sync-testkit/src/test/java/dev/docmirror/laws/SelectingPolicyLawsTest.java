package dev.docmirror.laws;

import java.util.List;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.ConflictPolicyLaws;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Group;

/** The shipped policies that choose keep the laws. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik is an inner class
class SelectingPolicyLawsTest {

    @Group
    class LastWriteWins extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.lastWriteWins("/updatedAt");
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }

        @Override
        protected List<String> timePointers() {
            return List.of("/updatedAt");
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.drafts();
        }
    }

    @Group
    class CouchDbWinner extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.couchDbWinner();
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }
    }

    @Group
    class ClientWins extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.clientWins("/deviceId");
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.ofClients();
        }
    }

    @Group
    class ServerWins extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.serverWins("/deviceId");
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.ofClients();
        }
    }

    @Group
    class ClientWinsThenTime extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.clientWins("/deviceId").orElse(ConflictPolicies.lastWriteWins("/updatedAt"));
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.ofClients();
        }
    }

    @Group
    class ServerWinsThenTime extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.serverWins("/deviceId").orElse(ConflictPolicies.lastWriteWins("/updatedAt"));
        }

        @Override
        protected Kind kind() {
            return Kind.SELECTING;
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.ofClients();
        }
    }

    @Group
    class ManualReview extends ConflictPolicyLaws {
        @Override
        protected ConflictPolicy policy() {
            return ConflictPolicies.manualReview();
        }

        @Override
        protected Arbitrary<String> bodies() {
            return Bodies.drafts();
        }
    }
}
