package dev.docmirror.testkit;

import java.lang.reflect.Method;
import java.util.Set;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Properties that run a whole worker get a share of the default number of tries. */
final class EngineTries implements AroundPropertyHook {
    /** jqwik's own parameter; a system property is one of its sources. */
    private static final String DEFAULT_TRIES = "jqwik.tries.default";

    private static final int JQWIK_TRIES = 1_000;
    private static final int SHARE = 10;
    private static final int AT_LEAST = 100;
    private static final Set<Class<?>> WITH_WORKERS = Set.of(ConflictPolicyLaws.class, ConflictModelLaws.class);

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        boolean withWorker = context.optionalElement()
                .filter(method -> method instanceof Method)
                .map(method -> ((Method) method).getDeclaringClass())
                .filter(WITH_WORKERS::contains)
                .isPresent();
        if (withWorker && context.attributes().tries().isEmpty()) {
            context.attributes().setTries(Math.max(AT_LEAST, Integer.getInteger(DEFAULT_TRIES, JQWIK_TRIES) / SHARE));
        }
        return property.execute();
    }
}
