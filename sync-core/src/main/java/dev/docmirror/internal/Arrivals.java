package dev.docmirror.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.deadletter.DeadLetter;

/** Who waits for which revision. Thread-safe; costs nothing while nobody waits. */
final class Arrivals {
    private final Map<DocumentId, ConcurrentLinkedQueue<Waiter>> waiting = new ConcurrentHashMap<>();
    private final Status status;

    Arrivals(Status status) {
        this.status = status;
    }

    /** What became of an awaited revision. */
    enum Arrival {
        PENDING,
        MIRRORED,
        PARKED
    }

    /** One caller's wait; closed by the caller. */
    final class Waiter implements AutoCloseable {
        private final DocumentId id;
        private final Revision revision;
        private volatile Arrival arrival = Arrival.PENDING;

        private Waiter(DocumentId id, Revision revision) {
            this.id = id;
            this.revision = revision;
        }

        Arrival arrival() {
            return arrival;
        }

        @Override
        public void close() {
            waiting.computeIfPresent(id, (key, queue) -> {
                queue.remove(this);
                return queue.isEmpty() ? null : queue;
            });
        }
    }

    Waiter await(DocumentId id, Revision revision) {
        Waiter waiter = new Waiter(id, revision);
        waiting.compute(id, (key, queue) -> {
            ConcurrentLinkedQueue<Waiter> all = queue == null ? new ConcurrentLinkedQueue<>() : queue;
            all.add(waiter);
            return all;
        });
        return waiter;
    }

    /** A batch is durable. */
    void arrived(List<DocumentChange> changes, List<DeadLetter> parked) {
        if (waiting.isEmpty()) {
            return;
        }
        Set<DocumentId> poison = parked.stream().map(DeadLetter::id).collect(Collectors.toSet());
        for (DocumentChange change : changes) {
            ConcurrentLinkedQueue<Waiter> waiters = waiting.get(change.id());
            if (waiters != null) {
                Arrival arrival = poison.contains(change.id()) ? Arrival.PARKED : Arrival.MIRRORED;
                waiters.stream()
                        .filter(waiter -> covers(change, waiter.revision))
                        .forEach(waiter -> waiter.arrival = arrival);
            }
        }
        status.wake();
    }

    /** Whether a state of a document includes a revision, or can only have come after it. */
    static boolean covers(DocumentChange change, Revision revision) {
        return change.leaves().stream()
                .anyMatch(leaf ->
                        leaf.revision().equals(revision) || leaf.revision().generation() > revision.generation());
    }
}
