package dev.docmirror.mysql;

import dev.docmirror.testkit.QueueFixture;
import dev.docmirror.testkit.QueueModelContractTest;
import dev.docmirror.testkit.server.MySqlServer;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** The queue in a database against the model. */
@AddLifecycleHook(MySqlQueueModelIT.OnlyWhereItRuns.class)
class MySqlQueueModelIT extends QueueModelContractTest {
    @Override
    protected QueueFixture openQueue() {
        return new DatabaseQueue(Shared.DATABASE);
    }

    private static final class Shared {
        static final TestDatabase DATABASE = TestDatabase.installed(Flavor.MYSQL);
    }

    /** An assumption that does not hold counts as a failure of a property. */
    static final class OnlyWhereItRuns implements SkipExecutionHook {
        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return MySqlServer.whyUnavailable(Flavor.MYSQL)
                    .map(SkipResult::skip)
                    .orElseGet(SkipResult::doNotSkip);
        }
    }
}
