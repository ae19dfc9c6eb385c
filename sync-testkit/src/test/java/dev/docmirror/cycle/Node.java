package dev.docmirror.cycle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.queue.QueueOptions;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncQueue;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import dev.docmirror.testkit.InMemoryQueueStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One node of a sync on in-memory parts: a queue, a mirror of notes, a cycle. */
final class Node implements AutoCloseable {
    static final String NAME = "test";
    static final StreamId STREAM = StreamId.of(NAME);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();
    private static final TableLayout NOTES = TableLayout.of("notes", "doc_id", "title");
    private static final DocumentMapper MAPPER = (document, context) -> {
        if (document.deleted()) {
            return new Mapping.Rows("note", List.of(new RowChange.Delete(NOTES)));
        }
        JsonNode title = document.body().path("title");
        if (title.isNumber()) {
            throw new MappingException(document.id(), "title: must be text");
        }
        return new Mapping.Rows("note", List.of(new RowChange.Put(NOTES, new Object[] {title.asString("")})));
    };

    /** Of several leaves CouchDB's winner is mirrored. */
    private static final ConflictPolicy WINNER =
            (conflict, context) -> new Resolution.Choose(conflict.change().winner(), "two edits");

    final InMemoryDatabase database = new InMemoryDatabase("test");
    final InMemoryMirror mirror = new InMemoryMirror();
    final InMemoryQueueStore store = new InMemoryQueueStore();
    final SyncQueue queue = SyncQueue.builder(store)
            .conflicts(NAME, database.source(), mirror.archive())
            .build();
    final PullEvents events = new PullEvents();
    final QueueWorker push = QueueWorker.builder(store, database.source(), database.target())
            .options(QueueOptions.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(2)))
            .build();
    final SyncWorker pull = SyncWorker.builder(NAME, database.source(), MAPPER, mirror.sink(), mirror.checkpoints())
            .conflicts(WINNER)
            .listener(events.andThen(this::tell))
            .options(SyncOptions.defaults()
                    .withBackoff(Duration.ofMillis(1), Duration.ofMillis(3))
                    .withGiveUpAfter(Duration.ofMillis(50))
                    .withPollWait(Duration.ofMillis(500)))
            .build();

    Node() {
        mirror.create(NOTES);
    }

    SyncCycle.Builder cycle() {
        return SyncCycle.builder(push, pull, events);
    }

    /** Starts the worker as a host does that mirrors all the time. */
    SyncCycle.Builder following() {
        pull.start();
        return cycle().follows(SOON);
    }

    QueuedOperation write(String id, String title) {
        return queue.enqueue(update(id, title));
    }

    static SyncOperation update(String id, String title) {
        ObjectNode body = JSON.createObjectNode().put("title", title);
        return SyncOperation.update("note", id(id), body);
    }

    static DocumentId id(String id) {
        return DocumentId.of(id);
    }

    Map<String, Object> titles() {
        Map<String, Object> titles = new TreeMap<>();
        mirror.rows("notes").forEach(row -> titles.put((String) row.get("doc_id"), row.get("title")));
        return titles;
    }

    Optional<MirroredDocument> mirrored(String id) {
        DocumentId document = DocumentId.of(id);
        return Optional.ofNullable(
                mirror.sink().mirrored(STREAM, List.of(document)).get(document));
    }

    private synchronized void tell(StreamId stream, SyncEvent event) {
        notifyAll();
    }

    /** Waits until the worker is in a state. */
    synchronized void await(SyncState state) throws InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (pull.state() != state) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("expected " + state + ", is " + pull.state());
            }
            wait(left);
        }
    }

    static CycleReport report(CycleOutcome outcome) {
        return ((CycleOutcome.Finished) outcome).report();
    }

    /** Waits for something another thread does. */
    static void await(CountDownLatch event) throws InterruptedException {
        if (!event.await(SOON.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it did not happen within " + SOON);
        }
    }

    @Override
    public void close() {
        push.close();
        pull.close();
    }
}
