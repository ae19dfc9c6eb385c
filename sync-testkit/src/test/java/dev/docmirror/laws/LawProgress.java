package dev.docmirror.laws;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import net.jqwik.api.lifecycle.AroundContainerHook;
import net.jqwik.api.lifecycle.ContainerLifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;

/** Tells when all laws of a class were tried and how long that took: at 100,000 tries each somebody waits for it. */
public final class LawProgress implements AroundContainerHook {
    private static final int WORTH_TELLING = 10_000;

    private final Map<Class<?>, Long> began = new ConcurrentHashMap<>();

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public void beforeContainer(ContainerLifecycleContext context) {
        context.optionalContainerClass().ifPresent(laws -> began.put(laws, System.nanoTime()));
    }

    @Override
    public void afterContainer(ContainerLifecycleContext context) {
        int tries = Integer.getInteger("jqwik.tries.default", 0);
        if (tries >= WORTH_TELLING) {
            context.optionalContainerClass()
                    .filter(Class::isMemberClass)
                    .ifPresent(laws -> System.out.printf(
                            "%s: through at %,d tries in %d s%n",
                            laws.getName(),
                            tries,
                            Duration.ofNanos(System.nanoTime() - began.get(laws))
                                    .toSeconds()));
        }
    }
}
