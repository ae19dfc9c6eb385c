package dev.docmirror.faults;

import dev.docmirror.error.SyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Random histories under random faults, on sound parts and on each that has a defect. */
@Timeout(120)
class ScheduleTest {
    private static final int SEEDS = 150;

    @Test
    void anySchedule_onSoundParts_endsAsARebuild() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Schedule.run(seed, Parts.sound());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anySchedule_onPartsWithADefect_catchesIt(ScheduledFault fault) throws Exception {
        long seed = 1;
        while (seed <= SEEDS && !isCaught(seed, fault)) {
            seed++;
        }
        assertThat(seed).as("the seed that catches %s", fault).isLessThanOrEqualTo(SEEDS);
    }

    /** By a mirror that differs, or by a worker that sees that something is wrong and stops. */
    private static boolean isCaught(long seed, ScheduledFault fault) throws InterruptedException {
        try {
            Schedule.run(seed, fault.get());
            return false;
        } catch (AssertionError | SyncException e) {
            return true;
        }
    }
}
