package dev.docmirror.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueueStore.Claim;
import dev.docmirror.queue.QueueStore.Pin;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.Settlement;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What the contract tests of a queue share: the fixture's life, and acting as host and worker do. */
@Timeout(120)
abstract class QueueContract {
    static final Duration LEASE = Duration.ofMinutes(10);
    static final Duration LONGER = Duration.ofMinutes(11);
    static final String HASH = "0123456789abcdef0123456789abcdef";

    private QueueFixture fixture;

    /** Opens a fixture; asked before each test. */
    protected abstract QueueFixture openQueue() throws Exception;

    @BeforeEach
    void openFixture() throws Exception {
        fixture = openQueue();
    }

    @AfterEach
    void closeFixture() {
        if (fixture != null) {
            fixture.close();
        }
    }

    QueueStore store() {
        return fixture.store();
    }

    void pass(Duration time) {
        fixture.pass(time);
    }

    static DocumentId id(String id) {
        return DocumentId.of(id);
    }

    static ObjectNode json(String body) {
        return Documents.document("queued", "1-x", body).body();
    }

    static Revision revision(int generation) {
        return new Revision(generation, HASH);
    }

    static SyncOperation create(String id, String body) {
        return SyncOperation.create("note", id(id), json(body));
    }

    static SyncOperation update(String id, String body) {
        return SyncOperation.update("note", id(id), json(body));
    }

    static SyncOperation patch(String id, String body) {
        return SyncOperation.patch("note", id(id), json(body));
    }

    static SyncOperation delete(String id) {
        return SyncOperation.delete("note", id(id));
    }

    /** An operation that never folds, because it is made from a base of its own. */
    static SyncOperation apart(String id, int generation) {
        return update(id, "{\"n\":" + generation + "}").onRevision(revision(generation));
    }

    long enqueue(SyncOperation operation) {
        return store().enqueue(operation).number();
    }

    List<Claim> claim(String worker) {
        return store().claim(worker, 1_000, LEASE);
    }

    /** Claims the only operation that is due. */
    Claim claimOne(String worker) {
        List<Claim> claims = claim(worker);
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    List<Long> claimed(String worker) {
        return numbers(claim(worker));
    }

    static List<Long> numbers(List<Claim> claims) {
        return claims.stream().map(claim -> claim.operation().number()).toList();
    }

    boolean settle(Settlement settlement) {
        return store().settle(List.of(settlement)).size() == 1;
    }

    void complete(Claim claim, int generation) {
        assertThat(settle(Settlement.completed(claim, Optional.of(revision(generation)), Optional.empty())))
                .isTrue();
    }

    Pin pinned(Claim claim, String body) {
        SyncOperation operation = claim.operation().operation();
        return new Pin(claim, new DocumentEdit(operation.id(), operation.base(), false, json(body)));
    }

    QueuedOperation found(long number) {
        return store().find(number).orElseThrow();
    }

    OperationState state(long number) {
        return found(number).state();
    }

    List<QueuedOperation> all() {
        List<QueuedOperation> all = new ArrayList<>();
        long after = 0;
        while (true) {
            List<QueuedOperation> page = store().list(QueueFilter.all().page(after, 1_000));
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            after = page.get(page.size() - 1).number();
        }
    }

    /** Runs the same task on several threads and gives all answers. */
    static <T> List<T> concurrently(int threads, Callable<T> task) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> answers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                answers.add(pool.submit(task));
            }
            List<T> all = new ArrayList<>();
            for (Future<T> answer : answers) {
                all.add(answer.get());
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }
}
