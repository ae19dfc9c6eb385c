package dev.docmirror.worker;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which thread does what when; the one that calls {@link SyncWorker#runOnce()} is the host's. */
class SyncWorkerThreadTest {
    private final Rig rig = new Rig();
    private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Boolean> leftInterrupted = new CompletableFuture<>();

    private void failForLong() {
        rig.options = rig.options.withBackoff(Duration.ofMinutes(5), Duration.ofMinutes(5));
        rig.database.faults().failAlways(InMemoryDatabase.Point.POLL);
    }

    private Thread host(SyncWorker worker) {
        Thread thread = new Thread(() -> {
            try {
                worker.runOnce();
                thrown.complete(new AssertionError("runOnce returned a report"));
            } catch (Exception e) {
                thrown.complete(e);
            }
            closed.join();
            leftInterrupted.complete(Thread.interrupted());
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void runOnce_interrupted_throwsInsteadOfReporting() throws Exception {
        failForLong();
        try (SyncWorker worker = rig.worker()) {
            Thread host = host(worker);
            rig.await(worker, SyncState.RETRYING);
            host.interrupt();
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            closed.complete(null);
        }
    }

    @Test
    void runOnce_closed_leavesItsThreadUninterrupted() throws Exception {
        failForLong();
        SyncWorker worker = rig.worker();
        host(worker);
        rig.await(worker, SyncState.RETRYING);
        worker.close();
        closed.complete(null);
        assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(SyncStoppedException.class);
        assertThat(leftInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void runOnce_oneBatch_needsNoThreadButItsOwn() throws Exception {
        rig.database.put("a", Rig.title("one"));
        rig.options = rig.options.withLeaseTtl(Duration.ofMinutes(5));
        rig.upstream = true;
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        rig.database.faults().always(InMemoryDatabase.Point.POLL, () -> seen.add(Thread.currentThread()));
        rig.mirror.faults().always(InMemoryMirror.Point.COMMIT, () -> {
            seen.add(Thread.currentThread());
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("docmirror-test-"))
                    .forEach(seen::add);
        });
        rig.runOnce();
        assertThat(seen).containsExactly(Thread.currentThread());
        assertThat(rig.notes()).containsEntry("a", "one");
    }

    @Test
    void runOnce_longBatch_keepsItsLease_onAThreadThatFindsTheHostsClasses() throws Exception {
        rig.options = rig.options.withLeaseTtl(Duration.ofMillis(300));
        CountDownLatch renewed = new CountDownLatch(3);
        Set<ClassLoader> loaders = ConcurrentHashMap.newKeySet();
        rig.database.put("a", Rig.title("one"));
        rig.mirror.faults().always(InMemoryMirror.Point.RENEW, () -> {
            loaders.add(Thread.currentThread().getContextClassLoader());
            renewed.countDown();
        });
        rig.mirror.faults().next(InMemoryMirror.Point.COMMIT, () -> {
            try {
                assertThat(renewed.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
        Thread host = Thread.currentThread();
        ClassLoader before = host.getContextClassLoader();
        try (URLClassLoader hosts = new URLClassLoader(new URL[0], before)) {
            host.setContextClassLoader(hosts);
            rig.runOnce();
            assertThat(loaders).containsExactly(hosts);
        } finally {
            host.setContextClassLoader(before);
        }
        assertThat(rig.notes()).containsEntry("a", "one");
    }

    @Test
    void runOnce_closedDuringTheFirstPoll_ends() throws Exception {
        CountDownLatch polling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SyncWorker worker = rig.worker();
        rig.database.faults().next(InMemoryDatabase.Point.POLL, () -> {
            polling.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        host(worker);
        assertThat(polling.await(20, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(worker::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closer.join();
        closed.complete(null);
        assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(SyncStoppedException.class);
        assertThat(leftInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void start_batchTakesLongToApply_isPolledMeanwhile() throws Exception {
        CompletableFuture<Void> polled = new CompletableFuture<Void>().orTimeout(20, TimeUnit.SECONDS);
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            rig.mirror.faults().next(InMemoryMirror.Point.COMMIT, () -> {
                rig.database.faults().next(InMemoryDatabase.Point.POLL, () -> polled.complete(null));
                rig.database.put("b", Rig.title("two"));
                polled.join();
            });
            rig.database.put("a", Rig.title("one"));
            polled.join();
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(rig.notes()).containsOnlyKeys("a", "b");
    }
}
