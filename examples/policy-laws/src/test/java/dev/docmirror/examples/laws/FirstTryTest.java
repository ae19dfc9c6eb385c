package dev.docmirror.examples.laws;

import java.util.List;

import dev.docmirror.conflict.ConflictPolicy;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/** The first try at the policy breaks laws, and the failure says which, why it matters and for which leaves. */
class FirstTryTest {

    /** Nested, so that it is run by this test alone. */
    public static class FirstTryLaws extends TriageLawsTest {
        @Override
        protected ConflictPolicy policy() {
            return new FirstTry();
        }
    }

    @Test
    void laws_firstTry_areBrokenWithACounterexample() {
        List<String> failures = EngineTestKit.engine("jqwik")
                .configurationParameter("jqwik.database", "")
                .selectors(selectClass(FirstTryLaws.class))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result ->
                        String.valueOf(result.getThrowable().orElseThrow().getMessage()))
                .toList();
        failures.forEach(System.out::println);
        assertThat(failures)
                .anyMatch(message -> message.startsWith("L9 (ties) is broken: a tie is not decided by the revision"))
                .allMatch(message -> message.contains("LeafSet.of("));
    }
}
