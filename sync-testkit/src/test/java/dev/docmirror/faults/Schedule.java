package dev.docmirror.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.SyncException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random edits, branches, deletions and poison, mirrored in random batches by workers that fail, crash, lose answers and
 * leases, are succeeded, begin anew and are shown old states: the mirror ends as one that was made from scratch.
 */
final class Schedule {
    private static final StreamId STREAM = StreamId.of("schedule");
    private static final TableLayout NOTES = TableLayout.of("notes", "doc_id", "title");
    private static final TableLayout TASKS = TableLayout.of("tasks", "doc_id", "title");
    private static final TableLayout LINES = TableLayout.children("lines", "doc_id", "place", "text");
    private static final List<String> IDS = List.of("a", "b", "B", "c", "c ", "d");
    private static final int ROUNDS = 10;
    private static final int EDITS = 6;

    private final Parts parts;
    private final Random random;
    private final InMemoryDatabase database = new InMemoryDatabase("schedule");
    private final InMemoryMirror mirror = emptyMirror();
    private final SyncOptions options;

    private Schedule(long seed, Parts parts) {
        this.parts = parts;
        this.random = new Random(seed);
        this.options = SyncOptions.defaults()
                .withBackoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .withLeaseTtl(Duration.ofSeconds(5))
                .withGiveUpAfter(Duration.ofSeconds(3))
                .withBatchSize(1 + random.nextInt(7));
        database.shuffle(seed);
    }

    /** @throws AssertionError if the mirror ends as another one than it should */
    static void run(long seed, Parts parts) throws InterruptedException {
        Schedule schedule = new Schedule(seed, parts);
        for (int round = 0; round < ROUNDS; round++) {
            schedule.edit();
            schedule.disturb();
            schedule.mirrorSomehow();
        }
        schedule.mirror.faults().heal();
        schedule.database.faults().heal();
        schedule.mirror(schedule.mirror, parts);
        InMemoryMirror rebuilt = emptyMirror();
        schedule.mirror(rebuilt, Parts.sound());
        schedule.compare("seed " + seed, rebuilt);
    }

    private static InMemoryMirror emptyMirror() {
        InMemoryMirror empty = new InMemoryMirror();
        empty.create(NOTES, TASKS, LINES);
        return empty;
    }

    private static final DocumentMapper MAPPER = (document, context) -> {
        String type = document.deleted()
                ? context.mirroredType().orElse("notes")
                : document.body().path("type").asString("notes");
        TableLayout table = type.equals("tasks") ? TASKS : NOTES;
        if (document.deleted()) {
            return new Mapping.Rows(type, List.of(new RowChange.Delete(table), new RowChange.Delete(LINES)));
        }
        JsonNode title = document.body().path("title");
        if (title.isNumber()) {
            throw new MappingException(document.id(), "title: must be text");
        }
        List<Object[]> lines = new ArrayList<>();
        document.body().path("lines").forEach(line -> lines.add(new Object[] {line.asString("")}));
        return new Mapping.Rows(
                type,
                List.of(
                        new RowChange.Put(table, new Object[] {title.asString("")}),
                        new RowChange.Replace(LINES, lines)));
    };

    private void mirror(InMemoryMirror into, Parts between) throws InterruptedException {
        try (SyncWorker worker = SyncWorker.builder(
                        STREAM.value(),
                        between.source().apply(database.source()),
                        MAPPER,
                        between.sink().apply(into.sink()),
                        between.checkpoints().apply(into.checkpoints()))
                .options(options)
                .listener((stream, event) -> {})
                .build()) {
            worker.runOnce();
        }
    }

    private void mirrorSomehow() throws InterruptedException {
        try {
            mirror(mirror, parts);
        } catch (SyncException e) {
            mirror.faults().heal(); // it crashed, or gave up; the next one goes on
        }
    }

    private void edit() {
        for (int i = 0; i < EDITS; i++) {
            DocumentId id = DocumentId.of(IDS.get(random.nextInt(IDS.size())));
            Optional<DocumentChange> now = database.get(id);
            switch (now.isEmpty() ? 0 : random.nextInt(6)) {
                case 1 -> delete(now.get());
                case 2 ->
                    database.fork(
                            id,
                            Revision.of((1 + random.nextInt(3)) + "-" + Integer.toHexString(random.nextInt())),
                            Optional.empty(),
                            random.nextInt(5) == 0,
                            body());
                default -> database.put(id, body());
            }
        }
    }

    private void delete(DocumentChange now) {
        Document leaf = now.leaves().get(random.nextInt(now.leaves().size()));
        if (!leaf.deleted()) {
            database.delete(now.id(), leaf.revision());
        }
    }

    private String body() {
        String title = random.nextInt(10) == 0 ? "7" : "\"" + random.nextInt(1_000) + "\"";
        String lines =
                List.of("[]", "[\"x\"]", "[\"x\",\"y\"]", "[\"z\",\"y\",\"x\"]").get(random.nextInt(4));
        return "{\"title\":" + title + ",\"type\":\"" + (random.nextInt(4) == 0 ? "tasks" : "notes") + "\",\"lines\":"
                + lines + "}";
    }

    private void disturb() {
        InMemoryMirror.Point[] points = InMemoryMirror.Point.values();
        for (int i = random.nextInt(3); i > 0; i--) {
            mirror.faults().failNext(points[random.nextInt(points.length)], 1);
        }
        perhaps(() -> database.faults().failNext(InMemoryDatabase.Point.POLL_ANSWER, 1));
        perhaps(() -> mirror.faults().next(points[random.nextInt(points.length)], () -> {
            throw new IllegalStateException("the worker dies");
        }));
        perhaps(() -> mirror.checkpoints().reset(STREAM));
        perhaps(() -> mirror.faults().next(InMemoryMirror.Point.COMMIT, this::beSucceeded));
        perhaps(() -> database.get(DocumentId.of(IDS.get(random.nextInt(IDS.size()))))
                .ifPresent(old -> {
                    edit();
                    database.inject(old);
                }));
    }

    private void perhaps(Runnable disturbance) {
        if (random.nextInt(3) == 0) {
            disturbance.run();
        }
    }

    /** While a worker is frozen before its commit, its lease expires and another one mirrors everything. */
    private void beSucceeded() {
        mirror.breakLease(STREAM);
        try {
            mirrorSomehow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void compare(String about, InMemoryMirror rebuilt) {
        for (TableLayout table : List.of(NOTES, TASKS, LINES)) {
            same(about + ", rows of " + table.table(), rebuilt, from -> rows(from, table));
        }
        same(
                about + ", dead letters",
                rebuilt,
                from -> from.deadLetters().list(STREAM, 1_000).stream()
                        .map(letter -> letter.id() + " " + letter.revision() + " " + letter.kind())
                        .sorted()
                        .toList());
        same(
                about + ", registry",
                rebuilt,
                from -> from.registry(STREAM).stream()
                        .filter(entry ->
                                from.deadLetters().of(STREAM, entry.id()).isEmpty())
                        .map(entry -> entry.id() + " " + entry.revision() + " " + entry.contentHash() + " "
                                + entry.leaves() + (entry.deleted() ? "" : " " + entry.tables()))
                        .sorted()
                        .toList());
        List<String> archived = archived(mirror);
        Set<String> once = new HashSet<>(archived);
        assertThat(archived).as("%s: archived once", about).hasSameSizeAs(once);
        assertThat(once).as("%s: all losers are archived", about).containsAll(archived(rebuilt));
    }

    private interface Look {
        Object at(InMemoryMirror mirror);
    }

    private void same(String about, InMemoryMirror rebuilt, Look look) {
        assertThat(look.at(mirror)).as(about).isEqualTo(look.at(rebuilt));
    }

    /** But those of parked documents, which are of earlier versions. */
    private static Map<String, String> rows(InMemoryMirror from, TableLayout table) {
        Map<String, String> rows = new TreeMap<>();
        from.rows(table.table()).forEach(row -> {
            String id = String.valueOf(row.get("doc_id"));
            if (from.deadLetters().of(STREAM, DocumentId.of(id)).isEmpty()) {
                rows.merge(id + "/" + row.get("place"), String.valueOf(row), (one, other) -> one + other);
            }
        });
        return rows;
    }

    private static List<String> archived(InMemoryMirror from) {
        return from.archived(STREAM).stream()
                .map(ArchiveEntry::conflict)
                .map(conflict -> conflict.loser().id() + " " + conflict.loser().revision())
                .toList();
    }
}
