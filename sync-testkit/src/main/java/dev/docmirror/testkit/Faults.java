package dev.docmirror.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

import dev.docmirror.error.TransientSyncException;

/**
 * What goes wrong in an in-memory part, and where. At each named point the next action that was set for it runs, on the
 * thread that came by; one that throws makes the operation fail there, one that waits holds it up. Thread-safe.
 *
 * @param <P> the points
 */
public final class Faults<P extends Enum<P>> {
    private final Map<P, Deque<Runnable>> once;
    private final Map<P, Runnable> always;
    private final Map<P, Integer> passes;

    Faults(Class<P> points) {
        once = new EnumMap<>(points);
        always = new EnumMap<>(points);
        passes = new EnumMap<>(points);
    }

    /** Runs an action at the next pass of a point that has none yet; several calls queue up. */
    public synchronized void next(P point, Runnable action) {
        once.computeIfAbsent(point, p -> new ArrayDeque<>()).add(action);
    }

    /** Fails the next passes of a point with a {@link TransientSyncException}. */
    public void failNext(P point, int times) {
        for (int i = 0; i < times; i++) {
            next(point, () -> fail(point));
        }
    }

    /** Runs an action at every pass of a point, until {@link #heal()}. */
    public synchronized void always(P point, Runnable action) {
        always.put(point, action);
    }

    /** Fails every pass of a point with a {@link TransientSyncException}, until {@link #heal()}. */
    public void failAlways(P point) {
        always(point, () -> fail(point));
    }

    /** Forgets every action. */
    public synchronized void heal() {
        once.clear();
        always.clear();
    }

    /** How often a point was passed. */
    public synchronized int passes(P point) {
        return passes.getOrDefault(point, 0);
    }

    void pass(P point) {
        Runnable action;
        synchronized (this) {
            passes.merge(point, 1, Integer::sum);
            Deque<Runnable> queued = once.get(point);
            action = queued == null || queued.isEmpty() ? always.get(point) : queued.poll();
        }
        if (action != null) {
            action.run();
        }
    }

    private static void fail(Enum<?> point) {
        throw new TransientSyncException("failed on demand at " + point, null);
    }
}
