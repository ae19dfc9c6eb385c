package dev.docmirror.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.mapping.Mapping;

/**
 * Parses, hashes and maps the documents of a large batch while the batch before it is written. What comes of it is a
 * guess that nothing is mirrored of them yet: where that is wrong, they are mapped again. A replay, which maps nothing,
 * is noticed by what was written of the last batches. {@link #begin} is for the fetch thread, the rest for the one that
 * applies; the work is done on a thread of its own, which is not started before there is some.
 */
final class MappingAhead {
    /** A smaller batch is mapped sooner than handed over. */
    private static final int WORTH_IT = 100;

    private final Decider decider;
    private final Threads threads;
    private final String threadName;
    private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private boolean started;
    private volatile boolean useful = true;

    private record Work(List<DocumentChange> changes, CompletableFuture<Map<Document, Mapping>> result) {}

    MappingAhead(Decider decider, Threads threads, String threadName) {
        this.decider = decider;
        this.threads = threads;
        this.threadName = threadName;
    }

    /** Begins to map a batch, if that seems worth it. */
    CompletableFuture<Map<Document, Mapping>> begin(ChangeBatch batch) {
        if (!useful || !isWorthIt(batch)) {
            return CompletableFuture.completedFuture(Map.of());
        }
        CompletableFuture<Map<Document, Mapping>> result = new CompletableFuture<>();
        queue.add(new Work(batch.changes(), result)); // no more than the hand-over lets through
        if (!started) {
            started = true;
            threads.start(threadName, this::work);
        }
        return result;
    }

    static boolean isWorthIt(ChangeBatch batch) {
        return batch.changes().size() >= WORTH_IT;
    }

    /** What came of a batch. An error of the mapper leaves through here. */
    static Map<Document, Mapping> await(CompletableFuture<Map<Document, Mapping>> begun) throws InterruptedException {
        try {
            return begun.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Learns from a batch whether to go on. */
    void learn(BatchOutcome outcome) {
        if (outcome.changes() >= WORTH_IT) {
            useful = outcome.writes().size() * 2 > outcome.changes();
        }
    }

    private void work() {
        while (true) {
            Work work;
            try {
                work = queue.take();
            } catch (InterruptedException e) {
                return; // the session ends
            }
            try {
                work.result.complete(map(work.changes));
            } catch (Error e) {
                work.result.completeExceptionally(e);
            }
        }
    }

    private Map<Document, Mapping> map(List<DocumentChange> changes) {
        Map<Document, Mapping> mapped = new HashMap<>();
        for (DocumentChange change : changes) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            if (change.leaves().size() == 1) {
                Document document = change.winner();
                decider.mapAhead(document).ifPresent(mapping -> mapped.put(document, mapping));
            }
        }
        return mapped;
    }
}
