package dev.docmirror.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.testkit.InMemoryDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of the thread that calls {@link SyncWorker#runOnce()}, which is the host's. */
class SyncWorkerThreadTest {
    private final Rig rig = new Rig();
    private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Boolean> leftInterrupted = new CompletableFuture<>();

    @BeforeEach
    void failForLong() {
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
        SyncWorker worker = rig.worker();
        host(worker);
        rig.await(worker, SyncState.RETRYING);
        worker.close();
        closed.complete(null);
        assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(SyncStoppedException.class);
        assertThat(leftInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
    }
}
