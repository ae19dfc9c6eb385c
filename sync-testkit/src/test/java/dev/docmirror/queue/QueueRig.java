package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import dev.docmirror.testkit.InMemoryQueueStore;
import dev.docmirror.testkit.ManualClock;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A queue and its worker on in-memory parts. */
final class QueueRig {
    static final StreamId STREAM = StreamId.of("clinic");
    static final DocumentId A = DocumentId.of("a");

    final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
    final InMemoryDatabase database = new InMemoryDatabase("clinic");
    final InMemoryQueueStore store = new InMemoryQueueStore(clock);
    final InMemoryMirror mirror = new InMemoryMirror(clock);
    final SyncQueue queue = SyncQueue.builder(store)
            .conflicts(STREAM.value(), database.source(), mirror.archive())
            .build();
    final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    Optional<OperationConflictPolicy> policy = Optional.empty();
    OperationValidator validator = (operation, result) -> Optional.empty();
    String versionField = "/version";
    QueueOptions options = QueueOptions.defaults().withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(1));

    QueueWorker worker() {
        QueueWorker.Builder builder = QueueWorker.builder(store, database.source(), database.target())
                .validator(validator)
                .versionField(versionField)
                .listener(events::add)
                .options(options);
        policy.ifPresent(decides -> builder.conflicts(decides, STREAM.value(), mirror.archive()));
        return builder.build();
    }

    PushReport run() {
        try (QueueWorker worker = worker()) {
            return worker.runOnce();
        }
    }

    /** Enqueues an operation, does all that is due, and gives what became of it. */
    QueuedOperation push(SyncOperation operation) {
        long number = queue.enqueue(operation).number();
        run();
        return queue.find(number).orElseThrow();
    }

    QueuedOperation found(long number) {
        return queue.find(number).orElseThrow();
    }

    /** The fields of the document's winner; empty if it is not there, or not any more. */
    Optional<String> fields() {
        return database.get(A)
                .map(change -> change.winner())
                .filter(winner -> !winner.deleted())
                .map(winner -> Bodies.fields(winner.body()).toString());
    }

    Revision revision() {
        List<Document> leaves = database.get(A).orElseThrow().leaves();
        assertThat(leaves).as("no fork").hasSize(1);
        return leaves.get(0).revision();
    }

    List<ArchiveEntry> archived() {
        return mirror.archive().of(STREAM, A);
    }

    <E extends OperationEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static ObjectNode json(String text) {
        return Documents.document("any", "1-a", text).body();
    }

    static SyncOperation creation(String body) {
        return SyncOperation.create("note", A, json(body));
    }

    static SyncOperation update(String body) {
        return SyncOperation.update("note", A, json(body));
    }

    static SyncOperation patch(String body) {
        return SyncOperation.patch("note", A, json(body));
    }

    static SyncOperation delete() {
        return SyncOperation.delete("note", A);
    }
}
