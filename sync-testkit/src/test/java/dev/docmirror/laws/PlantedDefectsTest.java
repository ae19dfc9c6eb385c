package dev.docmirror.laws;

import java.lang.reflect.Method;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

/** Each law catches the defects that are its own: a policy without one keeps all, and each {@link Defect} is caught. */
class PlantedDefectsTest {

    @AfterEach
    void forget() {
        Planted.defect = Defect.NONE;
    }

    @Test
    void laws_policyWithoutDefect_keepsAll() {
        EngineExecutionResults results = run(Defect.NONE);
        assertThat(failures(results)).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isGreaterThan(25);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void laws_plantedDefect_isCaughtByItsLaw(Defect defect) {
        List<String> failures = failures(run(defect));
        assertThat(failures).isNotEmpty().allMatch(message -> message.startsWith(defect.law() + " ("));
        assertThat(failures).as("counterexamples").allMatch(message -> message.contains("LeafSet.of("));
    }

    private static EngineExecutionResults run(Defect defect) {
        Planted.defect = defect;
        return EngineTestKit.engine("jqwik")
                .configurationParameter("jqwik.database", "")
                .selectors(
                        defect == Defect.NONE
                                ? selectClass(Planted.class)
                                : selectMethod(Planted.class, property(defect.property())))
                .execute();
    }

    private static Method property(String name) {
        for (Class<?> type = Planted.class; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name)) {
                    return method;
                }
            }
        }
        throw new AssertionError("no law has a property " + name);
    }

    private static List<String> failures(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result ->
                        String.valueOf(result.getThrowable().orElseThrow().getMessage()))
                .toList();
    }
}
