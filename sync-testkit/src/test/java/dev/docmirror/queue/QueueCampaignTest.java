package dev.docmirror.queue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** See {@link QueueCampaign}. */
class QueueCampaignTest {

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void eachOperation_underALeapingClock_hasItsEffectOnceAndInOrder(@ForAll long seed) throws Exception {
        QueueCampaign.run(true, seed);
    }

    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void eachOperation_deletionsIncluded_hasItsEffectOnceAndInOrder(@ForAll long seed) throws Exception {
        QueueCampaign.run(false, seed);
    }
}
