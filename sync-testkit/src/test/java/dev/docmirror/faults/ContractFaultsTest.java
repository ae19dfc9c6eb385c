package dev.docmirror.faults;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/** The contract tests pass on sound parts, and each {@link ContractFault} fails the one that is its own. */
@Timeout(120)
class ContractFaultsTest {

    @AfterEach
    void forget() {
        Contracts.planted = Parts.sound();
    }

    @Test
    void contracts_soundParts_passAll() {
        for (Class<?> contract : Contracts.class.getClasses()) {
            EngineExecutionResults results = run(contract);
            assertThat(failed(results)).isEmpty();
            assertThat(results.testEvents().succeeded().count()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void contract_partsWithADefect_catchesIt(ContractFault fault) {
        Contracts.planted = fault.get();
        assertThat(failed(run(fault.contract()))).contains(fault.test() + "()");
    }

    private static EngineExecutionResults run(Class<?> contract) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute();
    }

    private static List<String> failed(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .map(event -> event.getTestDescriptor().getDisplayName())
                .toList();
    }
}
