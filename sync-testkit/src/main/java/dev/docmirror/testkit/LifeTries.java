package dev.docmirror.testkit;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Lives of a database, each of many commands and as many runs of a worker, get a share of the default number of tries. */
final class LifeTries implements AroundPropertyHook {
    /** jqwik's own parameter; a system property is one of its sources. */
    private static final String DEFAULT_TRIES = "jqwik.tries.default";

    private static final int JQWIK_TRIES = 1_000;
    private static final int SHARE = 10;
    private static final int AT_LEAST = 100;

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        if (context.attributes().tries().isEmpty()) {
            context.attributes().setTries(Math.max(AT_LEAST, Integer.getInteger(DEFAULT_TRIES, JQWIK_TRIES) / SHARE));
        }
        return property.execute();
    }
}
