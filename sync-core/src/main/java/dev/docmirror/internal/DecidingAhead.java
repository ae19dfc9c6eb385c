package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import org.jspecify.annotations.Nullable;

/**
 * Does for a large batch, while the one before it is written, what needs no mirror. How much that is, is guessed from the
 * batch before: of a first fill all is decided, as if nothing were mirrored of the documents, and where that is wrong it
 * is decided again; edits of what is mirrored are parsed and hashed; for a replay, which writes nothing, nothing is done.
 * {@link #begin} is for the fetch thread, the rest for the one that applies; the work is done on a thread of its own, which
 * is not started before there is some.
 */
final class DecidingAhead {
    /** A smaller batch is decided sooner than handed over. */
    private static final int WORTH_IT = 100;

    /** What the next batches hold, most likely. */
    private enum Guess {
        NEW,
        KNOWN,
        UNCHANGED
    }

    private final Decider decider;
    private final Threads threads;
    private final String threadName;
    private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private boolean started;
    private volatile Guess guess = Guess.NEW;

    private record Work(List<DocumentChange> changes, CompletableFuture<List<@Nullable Decision>> result) {}

    DecidingAhead(Decider decider, Threads threads, String threadName) {
        this.decider = decider;
        this.threads = threads;
        this.threadName = threadName;
    }

    /** Begins with a batch, if that seems worth it. */
    CompletableFuture<List<@Nullable Decision>> begin(ChangeBatch batch) {
        if (guess == Guess.UNCHANGED || !isWorthIt(batch)) {
            return CompletableFuture.completedFuture(List.of());
        }
        CompletableFuture<List<@Nullable Decision>> result = new CompletableFuture<>();
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

    /** What came of a batch: nothing, or something or null for each change. An error of the mapper leaves through here. */
    static List<@Nullable Decision> await(CompletableFuture<List<@Nullable Decision>> begun)
            throws InterruptedException {
        try {
            return begun.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Learns from a batch what the next ones will be like. */
    void learn(BatchOutcome outcome) {
        int written = outcome.writes().size();
        if (outcome.changes() < WORTH_IT) {
            return;
        }
        if (written * 2 <= outcome.changes()) {
            guess = Guess.UNCHANGED;
        } else {
            guess = outcome.fresh() * 2 > written ? Guess.NEW : Guess.KNOWN;
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
                work.result.complete(decided(work.changes));
            } catch (Error e) {
                work.result.completeExceptionally(e);
            }
        }
    }

    private List<@Nullable Decision> decided(List<DocumentChange> changes) {
        List<@Nullable Decision> decisions = new ArrayList<>(changes.size());
        boolean isNew = guess == Guess.NEW;
        for (DocumentChange change : changes) {
            if (Thread.currentThread().isInterrupted()) {
                return List.of(); // who waits for it ends, too
            }
            decisions.add(isNew ? decide(change) : read(change));
        }
        return decisions;
    }

    private @Nullable Decision decide(DocumentChange change) {
        Decision decision = decider.ahead(change).orElse(null);
        if (decision != null) {
            change.winner().forgetBody();
        }
        return decision;
    }

    private static @Nullable Decision read(DocumentChange change) {
        change.leaves().forEach(Document::contentHash);
        try {
            change.leaves().forEach(Document::body);
            return null;
        } catch (RuntimeException e) {
            return null; // it comes again when the change is decided about, and is told then
        }
    }
}
