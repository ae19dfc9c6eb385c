package dev.docmirror.examples.laws;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.testkit.ConflictPolicyLaws;
import dev.docmirror.testkit.LeafSets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** The clinic's policy keeps the laws. */
class TriageLawsTest extends ConflictPolicyLaws {
    @Override
    protected ConflictPolicy policy() {
        return new MostUrgentWins();
    }

    @Override
    protected Arbitrary<String> bodies() {
        return LeafSets.with(
                "/urgency", Arbitraries.of("", "1", "2", "10", "\"high\""), Arbitraries.of("{}", "{\"bed\":4}"));
    }
}
