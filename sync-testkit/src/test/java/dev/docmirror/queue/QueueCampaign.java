package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryQueueStore;
import dev.docmirror.testkit.ManualClock;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three workers that fail and die at random points, beside somebody else who writes some of the documents. Each operation
 * has its effect exactly once and in order all the same.
 *
 * <p>In one campaign the clock leaps, so that leases run out under workers that live and go on: there nothing is deleted,
 * because the source can't tell a late continuation of a deleted document from a new one, see {@link QueueWorker}. In the
 * other one documents are deleted and created again, and only the leases of dead workers run out.
 */
final class QueueCampaign {
    private static final int DOCUMENTS = 200;
    private static final int OPERATIONS = 10;
    private static final int WORKERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final boolean leaps;
    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryDatabase database = new InMemoryDatabase("clinic");
    private final InMemoryQueueStore store;
    private final SyncQueue queue;
    private final Map<DocumentId, ObjectNode> expected = new HashMap<>();
    private final AtomicInteger crashes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    private final Map<DocumentId, Set<Revision>> foreign = new HashMap<>();

    private QueueCampaign(boolean leaps) {
        this.leaps = leaps;
        this.store = leaps ? new InMemoryQueueStore(clock) : new InMemoryQueueStore();
        this.queue = SyncQueue.of(store);
    }

    /** Ends a worker on the spot, like a SIGKILL: nothing it does afterwards counts. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash() {
            super("crash", null, false, false);
        }
    }

    static void run(boolean leaps, long seed) throws Exception {
        QueueCampaign run = new QueueCampaign(leaps);
        run.campaign(new Random(seed));
        run.check();
    }

    private void campaign(Random random) throws Exception {
        List<DocumentId> known = new ArrayList<>();
        for (int d = 2; d < DOCUMENTS; d += 4) {
            known.add(id(d));
        }
        Map<DocumentId, Revision> bases = new HashMap<>();
        for (DocumentId id : known) {
            bases.put(id, database.put(id, "{\"last\":-1}"));
            expected.put(id, json("{\"last\":-1}"));
            for (int i = 0; i < OPERATIONS; i++) {
                enqueue(unmergeable(id, i).onRevision(bases.get(id)));
            }
        }
        misbehave(random);
        AtomicBoolean hosting = new AtomicBoolean(true);
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        List<Future<?>> workers = new ArrayList<>();
        for (int w = 0; w < WORKERS; w++) {
            workers.add(pool.submit(() -> work(hosting)));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            for (int d = 0; d < DOCUMENTS; d++) {
                if (d % 4 != 2) {
                    enqueue(operation(id(d), i, d, random));
                }
            }
            meddle(random);
            LockSupport.parkNanos(2_000_000);
        }
        hosting.set(false);
        for (Future<?> worker : workers) {
            worker.get();
        }
        pool.shutdown();
        database.faults().heal();
        store.faults().heal();
    }

    /** Operations of all kinds that leave a mark each, in any mixture that is legal. */
    private SyncOperation operation(DocumentId id, int i, int d, Random random) {
        if (!expected.containsKey(id)) {
            return SyncOperation.create("note", id, mark(i));
        }
        int kind = d % 4 == 0 ? 0 : random.nextInt(leaps || d % 4 == 3 ? 6 : 8);
        return switch (kind) {
            case 5 -> SyncOperation.update("note", id, mark(i));
            case 6, 7 -> SyncOperation.delete("note", id);
            default -> SyncOperation.patch("note", id, mark(i));
        };
    }

    /** Somebody else's edits, which leave nothing of what was there. */
    private void meddle(Random random) {
        for (int d = 3; d < DOCUMENTS; d += 4) {
            if (database.get(id(d)).isPresent() && random.nextBoolean()) {
                Revision written = database.put(id(d), "{\"foreign\":" + random.nextInt() + "}");
                foreign.computeIfAbsent(id(d), id -> new HashSet<>()).add(written);
            }
        }
    }

    private static SyncOperation unmergeable(DocumentId id, int i) {
        String x = i % 2 == 0 ? "" + i : "{\"n\":" + i + "}";
        return SyncOperation.patch("note", id, json("{\"last\":" + i + ",\"f" + i + "\":1,\"x\":" + x + "}"));
    }

    private static ObjectNode mark(int i) {
        return json("{\"last\":" + i + ",\"f" + i + "\":" + i + "}");
    }

    private void enqueue(SyncOperation operation) {
        ObjectNode before = expected.get(operation.id());
        if (operation.kind() == SyncOperation.Kind.DELETE) {
            expected.remove(operation.id());
        } else {
            ObjectNode body = operation.body().orElseThrow();
            expected.put(
                    operation.id(),
                    operation.kind() == SyncOperation.Kind.PATCH ? MergePatch.apply(before, body) : body);
        }
        queue.enqueue(operation);
    }

    private void misbehave(Random random) {
        for (InMemoryDatabase.Point point : List.of(
                InMemoryDatabase.Point.READ, InMemoryDatabase.Point.TARGET, InMemoryDatabase.Point.TARGET_ANSWER)) {
            database.faults().always(point, () -> perhaps(random));
        }
        for (InMemoryQueueStore.Point point : List.of(
                InMemoryQueueStore.Point.CLAIM,
                InMemoryQueueStore.Point.RENEW,
                InMemoryQueueStore.Point.PIN,
                InMemoryQueueStore.Point.SETTLE,
                InMemoryQueueStore.Point.SETTLE_ANSWER)) {
            store.faults().always(point, () -> perhaps(random));
        }
    }

    private void perhaps(Random random) {
        int dice;
        synchronized (random) {
            dice = random.nextInt(100);
        }
        boolean worker = Thread.currentThread().getName().startsWith("pool");
        if (dice < 6 && worker) {
            crashes.incrementAndGet();
            throw new Crash();
        }
        if (dice < 20) {
            failures.incrementAndGet();
            throw new TransientSyncException("failed on demand", null);
        }
        if (dice < 30 && leaps) {
            clock.advance(Duration.ofMillis(400)); // longer than the lease
        }
    }

    private void work(AtomicBoolean hosting) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (hosting.get() || !isDrained()) {
            assertThat(deadline - System.nanoTime())
                    .as(() -> "stuck: " + queue.statistics(QueueFilter.all()).states())
                    .isPositive();
            try (QueueWorker worker = worker()) {
                worker.runOnce();
            } catch (Crash | TransientSyncException e) {
                LockSupport.parkNanos(100_000); // the next one takes over
            }
            clock.advance(Duration.ofMillis(50));
        }
    }

    private boolean isDrained() {
        return queue.list(
                        QueueFilter.all().in(OperationState.PENDING, OperationState.PROCESSING, OperationState.FAILED))
                .isEmpty();
    }

    private QueueWorker worker() {
        return QueueWorker.builder(store, database.source(), database.target())
                .options(QueueOptions.defaults()
                        .withBatchSize(17)
                        .withLease(Duration.ofMillis(300))
                        .withMaxAttempts(10_000)
                        .withBackoff(Duration.ofMillis(1), Duration.ofMillis(4)))
                .listener(event -> {})
                .build();
    }

    private void check() {
        assertThat(crashes.get()).as("crashes").isPositive();
        assertThat(failures.get()).as("failures").isPositive();
        List<QueuedOperation> all = queue.list(QueueFilter.all().page(0, 10_000));
        assertThat(all).allMatch(each -> each.state().isFinal(), "is final");
        Map<DocumentId, Set<Revision>> results = new HashMap<>();
        for (QueuedOperation each : all) {
            each.result()
                    .ifPresent(
                            revision -> results.computeIfAbsent(each.operation().id(), id -> new HashSet<>())
                                    .add(revision));
        }
        for (int d = 0; d < DOCUMENTS; d++) {
            check(id(d), results.getOrDefault(id(d), Set.of()));
        }
        assertThat(queue.verifyAudit(QueueAudit.Head.NONE).broken()).isEmpty();
    }

    private void check(DocumentId id, Set<Revision> results) {
        Optional<List<Document>> leaves = database.get(id).map(change -> change.leaves());
        Optional<ObjectNode> living =
                leaves.map(each -> each.get(0)).filter(leaf -> !leaf.deleted()).map(leaf -> Bodies.fields(leaf.body()));
        if (!foreign.containsKey(id)) {
            assertThat(living).isEqualTo(Optional.ofNullable(expected.get(id)));
        }
        if (leaves.isEmpty()) {
            return;
        }
        assertThat(leaves.get()).as("no fork of %s", id).hasSize(1);
        Ancestry ancestry = database.source().ancestry(List.of(id)).get(0);
        List<Revision> path = ancestry.paths().get(leaves.get().get(0).revision());
        Set<Revision> written = new HashSet<>(path);
        if (Integer.parseInt(id.value()) % 4 == 2) {
            written.remove(path.get(path.size() - 1));
        }
        written.removeAll(foreign.getOrDefault(id, Set.of()));
        assertThat(written).as("each revision of %s is some operation's", id).isEqualTo(results);
        int last = Integer.MAX_VALUE;
        for (Revision revision : path) {
            Optional<ObjectNode> body = revision.equals(path.get(0))
                    ? Optional.of(leaves.get().get(0).body())
                    : ancestry.version(revision).map(Document::body);
            int mark = body.orElseThrow().path("last").asInt(Integer.MIN_VALUE);
            if (mark != Integer.MIN_VALUE) {
                assertThat(mark).as("order of %s", id).isLessThan(last);
                last = mark;
            }
        }
    }

    private static DocumentId id(int d) {
        return DocumentId.of("" + d);
    }

    private static ObjectNode json(String text) {
        return Documents.document("any", "1-a", text).body();
    }
}
