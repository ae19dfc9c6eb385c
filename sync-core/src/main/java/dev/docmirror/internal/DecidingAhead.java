package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * batches before: of a first fill all is decided, as if nothing were mirrored of the documents, and where that is wrong
 * it is decided again; edits of what is mirrored are parsed and hashed; for a replay, which writes nothing, nothing is
 * done. {@link #begin} is for any thread, the rest for the one that applies; the work is done on a thread of its own,
 * which is not started before there is some.
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
    private final Stop stop;
    private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private boolean started;
    private boolean ended;
    private volatile Guess guess;

    private record Work(List<DocumentChange> changes, CompletableFuture<DecidedAhead> result) {
        void skip() {
            result.complete(DecidedAhead.nothing(changes));
        }
    }

    /** @param first whether the stream has mirrored nothing so far */
    DecidingAhead(Decider decider, boolean first, Threads threads, String threadName, Stop stop) {
        this.decider = decider;
        this.guess = first ? Guess.NEW : Guess.KNOWN;
        this.stop = stop;
        this.threads = threads;
        this.threadName = threadName;
    }

    /** Begins with a batch, if that seems worth it. */
    synchronized CompletableFuture<DecidedAhead> begin(ChangeBatch batch) {
        Work work = new Work(batch.changes(), new CompletableFuture<>());
        if (ended || guess == Guess.UNCHANGED || !isWorthIt(batch)) {
            work.skip();
            return work.result;
        }
        queue.add(work); // no more than the hand-over lets through
        if (!started) {
            started = true;
            threads.start(threadName, this::work);
        }
        return work.result;
    }

    static boolean isWorthIt(ChangeBatch batch) {
        return batch.changes().size() >= WORTH_IT;
    }

    /** What came of a batch. An error of the mapper leaves through here. */
    static DecidedAhead await(CompletableFuture<DecidedAhead> begun) throws InterruptedException {
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
        if (outcome.changes() < WORTH_IT) {
            return;
        }
        int written = outcome.writes().size();
        if (written * 2 <= outcome.changes()) {
            guess = Guess.UNCHANGED;
        } else {
            guess = outcome.firstWrites() * 2 > written ? Guess.NEW : Guess.KNOWN;
        }
    }

    private void work() {
        while (!stop.isRequested()) {
            next().ifPresent(this::serve);
        }
        synchronized (this) {
            ended = true;
            queue.forEach(Work::skip);
        }
    }

    /** Empty where the session ends, or the host's code left its mark on the thread. */
    private Optional<Work> next() {
        try {
            return Optional.of(queue.take());
        } catch (InterruptedException e) {
            return Optional.empty();
        }
    }

    private void serve(Work work) {
        try {
            work.result.complete(new DecidedAhead(work.changes, decided(work.changes)));
        } catch (RuntimeException | Error e) {
            work.result.completeExceptionally(e);
        }
    }

    private List<@Nullable Decision> decided(List<DocumentChange> changes) {
        List<@Nullable Decision> decisions = new ArrayList<>(changes.size());
        boolean isNew = guess == Guess.NEW;
        for (DocumentChange change : changes) {
            if (stop.isRequested()) {
                return List.of(); // who waits for it ends, too
            }
            decisions.add(isNew ? decide(change) : read(change));
        }
        return decisions;
    }

    private @Nullable Decision decide(DocumentChange change) {
        Decision decision = decider.asIfNew(change).orElse(null);
        if (decision == null) {
            return read(change);
        }
        change.winner().forgetBody();
        return decision;
    }

    private static @Nullable Decision read(DocumentChange change) {
        try {
            change.leaves().forEach(Document::contentHash);
            change.leaves().forEach(Document::body);
            return null;
        } catch (RuntimeException e) {
            return null; // it comes again when the change is decided about, and is told then
        }
    }
}
