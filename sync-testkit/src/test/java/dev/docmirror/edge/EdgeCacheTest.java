package dev.docmirror.edge;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import dev.docmirror.edge.EdgeStatus.State;
import dev.docmirror.error.SyncStoppedException;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import dev.docmirror.testkit.InMemoryDocumentStore;
import org.junit.jupiter.api.Test;

import static dev.docmirror.edge.EdgeRig.NO_SESSION;
import static dev.docmirror.edge.EdgeRig.QUICK;
import static dev.docmirror.edge.EdgeRig.body;
import static dev.docmirror.edge.EdgeRig.id;
import static dev.docmirror.edge.EdgeRig.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How much plaintext is in memory, and for how long; waiting, locking and closing. */
class EdgeCacheTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EdgeRig rig = new EdgeRig();
    private final InMemoryDocumentStore store = new InMemoryDocumentStore();

    @Test
    void pushAll_moreThanTheCacheHolds_takesRoundsAndLosesNone() {
        for (int i = 0; i < 57; i++) {
            store.put(id("n" + i), NO_SESSION, body("" + i));
        }
        AtomicInteger most = new AtomicInteger();
        EdgeSync edge = watched(
                QUICK.withMaxDocuments(10).withBatchSize(4),
                cache -> most.accumulateAndGet(cache.documents(), Math::max));
        assertThat(edge.pushAll()).isEqualTo(new EdgeReport(57, 0, 0, 0, Optional.empty()));
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store)).hasSize(57);
        assertThat(most).hasValue(10);
        assertThat(edge.cache()).isEqualTo(new SyncCache.Statistics(0, 0, 57, 0));
    }

    @Test
    void pushAll_largeDocuments_staysWithinTheMemory() {
        for (int i = 0; i < 20; i++) {
            store.put(id("n" + i), NO_SESSION, large(i == 7 ? 100_000 : 10_000));
        }
        AtomicLong most = new AtomicLong();
        EdgeSync edge = watched(QUICK.withMaxMemory(50_000), cache -> most.accumulateAndGet(cache.bytes(), Math::max));
        assertThat(edge.pushAll().pushed()).isEqualTo(20);
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
        assertThat(most.get()).isBetween(30_000L, 50_000L);
    }

    private EdgeSync watched(EdgeOptions options, java.util.function.Consumer<SyncCache.Statistics> seen) {
        AtomicReference<EdgeSync> edge = new AtomicReference<>();
        edge.set(EdgeSync.builder(store, edits -> {
                    seen.accept(edge.get().cache());
                    return rig.server.target().write(edits);
                })
                .options(options)
                .build());
        return edge.get();
    }

    @Test
    void lock_whileItPushes_endsThePushAndClears() {
        for (int i = 0; i < 10; i++) {
            store.put(id("n" + i), NO_SESSION, body("1"));
        }
        EdgeSync edge = rig.edge(store).options(QUICK.withBatchSize(2)).build();
        rig.server.faults().next(Point.TARGET, edge::lock);
        EdgeReport report = edge.pushAll();
        assertThat(report.failure()).containsInstanceOf(SyncStoppedException.class);
        assertThat(report.pushed()).as("what was on its way").isEqualTo(2);
        assertThat(edge.status().state()).isEqualTo(State.LOCKED);
        assertThat(edge.cache().documents()).isZero();
        int reads = store.faults().passes(InMemoryDocumentStore.Point.READ);
        assertThat(edge.pushAll().failure()).containsInstanceOf(SyncStoppedException.class);
        assertThat(store.faults().passes(InMemoryDocumentStore.Point.READ)).isEqualTo(reads);
        edge.unlock();
        assertThat(edge.status().state()).isEqualTo(State.IDLE);
        assertThat(edge.pushAll()).isEqualTo(new EdgeReport(8, 0, 0, 0, Optional.empty()));
        assertThat(rig.onServer()).isEqualTo(EdgeRig.inStore(store));
    }

    @Test
    void close_whileItWaits_endsThePush() {
        store.put(id("a"), NO_SESSION, body("1"));
        rig.server.faults().failAlways(Point.TARGET);
        AtomicReference<EdgeSync> edge = new AtomicReference<>();
        edge.set(rig.edge(store)
                .options(EdgeOptions.defaults().withBackoff(LONG, LONG))
                .listener(event -> {
                    if (event instanceof EdgeEvent.RetryScheduled) {
                        edge.get().close();
                    }
                })
                .build());
        assertThat(edge.get().pushAll().failure()).containsInstanceOf(SyncStoppedException.class);
        assertThat(edge.get().status().state()).isEqualTo(State.CLOSED);
        edge.get().close();
        edge.get().unlock();
        assertThatThrownBy(edge.get()::pushAll).isInstanceOf(IllegalStateException.class);
        assertThat(store.count(Selection.of(PushState.PENDING))).isEqualTo(1);
    }

    @Test
    void push_byTheListener_isRefused() {
        store.put(id("a"), NO_SESSION, body("1"));
        AtomicReference<EdgeSync> edge = new AtomicReference<>();
        AtomicInteger refused = new AtomicInteger();
        edge.set(EdgeSync.builder(store, rig.server.target())
                .listener(event -> {
                    try {
                        edge.get().pushAll();
                    } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                    }
                })
                .build());
        assertThat(edge.get().pushAll().isComplete()).isTrue();
        assertThat(refused.get()).isPositive();
    }

    @Test
    void awaitPushed_outage_isOverWhenTheServerIsBack() throws InterruptedException {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        rig.server.faults().failNext(Point.TARGET, 3 * QUICK.maxAttempts());
        EdgeSync edge = rig.edge(store).build();
        assertThat(edge.awaitPushed("visit-1", LONG)).isTrue();
        assertThat(edge.session("visit-1").isPushed()).isTrue();
        assertThat(edge.awaitPushed("no such session", Duration.ZERO)).isTrue();
    }

    @Test
    void awaitPushed_outageIsLonger_isFalse() throws InterruptedException {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        rig.server.faults().failAlways(Point.TARGET);
        EdgeSync edge = rig.edge(store).build();
        assertThat(edge.awaitPushed("visit-1", Duration.ofMillis(20))).isFalse();
        assertThat(edge.status().state()).isEqualTo(State.ERROR);
        assertThat(edge.session("visit-1").pending()).isEqualTo(1);
    }

    @Test
    void awaitPushed_conflict_isFalse() throws InterruptedException {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        rig.server.put("a", "{}");
        EdgeSync edge = rig.edge(store).build();
        assertThat(edge.awaitPushed("visit-1", LONG)).isFalse();
        assertThat(edge.session("visit-1")).isEqualTo(new SessionStatus("visit-1", 0, 0, 1, 0));
    }

    @Test
    void awaitPushed_lockedMeanwhile_isAnError() {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        EdgeSync edge = rig.edge(store).build();
        edge.lock();
        assertThatThrownBy(() -> edge.awaitPushed("visit-1", LONG)).isInstanceOf(SyncStoppedException.class);
    }

    @Test
    void awaitPushed_anotherPushRuns_waitsForIt() throws Exception {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        EdgeSync edge = rig.edge(store).build();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        rig.server.faults().next(Point.TARGET, () -> {
            writing.countDown();
            try {
                assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        CompletableFuture<EdgeReport> push = CompletableFuture.supplyAsync(edge::pushAll);
        assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(edge.awaitPushed("visit-1", Duration.ofMillis(10))).isFalse();
        go.countDown();
        assertThat(edge.awaitPushed("visit-1", LONG)).isTrue();
        assertThat(push.get(60, TimeUnit.SECONDS).pushed()).isEqualTo(1);
    }

    @Test
    void awaitPushed_interrupted_throws() {
        store.put(id("a"), Optional.of("visit-1"), body("1"));
        EdgeSync edge = rig.edge(store).build();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> edge.awaitPushed("visit-1", LONG)).isInstanceOf(InterruptedException.class);
        assertThat(store.count(Selection.of(PushState.PENDING))).isEqualTo(1);
    }
}
