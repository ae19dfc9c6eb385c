package dev.docmirror.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import tools.jackson.databind.JsonNode;

/** A worker on in-memory parts, with a mapper for one table of notes. */
final class Rig {
    static final StreamId STREAM = StreamId.of("test");
    static final TableLayout NOTES = TableLayout.of("notes", "doc_id", "title");
    static final TableLayout TASKS = TableLayout.of("tasks", "doc_id", "title");

    /** Maps type note (the default) and task; a title of another kind than text is refused. */
    static final DocumentMapper MAPPER = (document, context) -> {
        TableLayout table = table(document, context.mirroredType());
        if (document.deleted()) {
            return new Mapping.Rows(table.table(), List.of(new RowChange.Delete(table)));
        }
        JsonNode title = document.body().path("title");
        if (title.isNumber()) {
            throw new MappingException(document.id(), "title: must be text");
        }
        if (title.isArray()) {
            throw new IllegalStateException("canary " + title);
        }
        if (document.body().path("type").asString("note").equals("other")) {
            return new Mapping.UnknownType(Optional.of("other"));
        }
        return new Mapping.Rows(table.table(), List.of(new RowChange.Put(table, new Object[] {title.asString("")})));
    };

    final InMemoryDatabase database = new InMemoryDatabase("test");
    final InMemoryMirror mirror = new InMemoryMirror();
    final List<SyncEvent> events = new CopyOnWriteArrayList<>();
    ConflictPolicy policy = (conflict, context) -> new Resolution.Defer();
    DocumentMapper mapper = MAPPER;
    boolean upstream;
    Optional<EnvelopeCodec> envelopes = Optional.empty();
    Optional<String> mappingVersion = Optional.empty();
    SyncOptions options = SyncOptions.defaults()
            .withBackoff(Duration.ofMillis(1), Duration.ofMillis(3))
            .withLeaseTtl(Duration.ofMillis(600))
            .withPollWait(Duration.ofMillis(500));

    Rig() {
        mirror.create(NOTES, TASKS);
    }

    private static TableLayout table(Document document, Optional<String> mirroredType) {
        String type = document.deleted()
                ? mirroredType.orElse("note")
                : document.body().path("type").asString("note");
        return type.startsWith("task") ? TASKS : NOTES;
    }

    SyncWorker worker() {
        return worker(mirror);
    }

    SyncWorker worker(InMemoryMirror into) {
        SyncWorker.Builder builder = SyncWorker.builder(
                        STREAM.value(), database.source(), mapper, into.sink(), into.checkpoints())
                .conflicts(policy)
                .options(options)
                .deadLetters(into.deadLetters())
                .listener((stream, event) -> tell(event));
        envelopes.ifPresent(builder::envelopes);
        mappingVersion.ifPresent(builder::mappingVersion);
        return (upstream ? builder.resolveUpstream(database.target()) : builder).build();
    }

    private synchronized void tell(SyncEvent event) {
        events.add(event);
        notifyAll();
    }

    /** Waits until a worker of this rig is in a state. */
    synchronized void await(SyncWorker worker, SyncState state) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (worker.state() != state) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("expected " + state + ", is " + worker.state() + " " + worker.failure());
            }
            wait(left);
        }
    }

    SyncReport runOnce() throws InterruptedException {
        try (SyncWorker worker = worker()) {
            return worker.runOnce();
        }
    }

    /** The titles in a table by document. */
    static Map<String, Object> titles(InMemoryMirror mirror, TableLayout table) {
        Map<String, Object> titles = new TreeMap<>();
        mirror.rows(table.table()).forEach(row -> titles.put((String) row.get("doc_id"), row.get("title")));
        return titles;
    }

    Map<String, Object> notes() {
        return titles(mirror, NOTES);
    }

    Map<String, Object> tasks() {
        return titles(mirror, TASKS);
    }

    <E extends SyncEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static DocumentId id(String id) {
        return DocumentId.of(id);
    }

    static String title(String title) {
        return "{\"title\":\"" + title + "\"}";
    }
}
