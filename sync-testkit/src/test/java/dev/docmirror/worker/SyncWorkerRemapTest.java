package dev.docmirror.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.RemapReport;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.SystemicFailureException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.InMemoryDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Rows that are made anew from what the mirror has stored, after the mapping has changed. */
class SyncWorkerRemapTest {
    private static final TableLayout RAW = TableLayout.of("raw", "doc_id", "body");
    private static final StoredDocuments NOTHING = documents -> Map.of();

    private final Rig rig = new Rig();

    @BeforeEach
    void createTables() {
        rig.mirror.create(RAW);
        rig.mapper = before();
    }

    /** As {@link Rig#MAPPER}, with every document stored beside. */
    private static DocumentMapper before() {
        return (document, context) -> {
            Mapping mapping = Rig.MAPPER.map(document, context);
            if (!(mapping instanceof Mapping.Rows rows)) {
                return mapping;
            }
            List<RowChange> all = new ArrayList<>(rows.rows());
            all.add(document.deleted() ? new RowChange.Delete(RAW) : raw(document));
            return new Mapping.Rows(rows.type(), all);
        };
    }

    private static RowChange raw(Document document) {
        return new RowChange.Put(RAW, new Object[] {new JsonText(document.json())});
    }

    /** Notes go to the other table, in upper case. */
    private static final DocumentMapper AFTER = (document, context) -> {
        String title = document.body().path("title").asString("");
        if (title.startsWith("bad")) {
            throw new IllegalStateException("canary");
        }
        RowChange task = new RowChange.Put(Rig.TASKS, new Object[] {title.toUpperCase(Locale.ROOT)});
        return new Mapping.Rows("shouted", List.of(task, raw(document)));
    };

    @Test
    void remap_changedMapping_makesRowsAnewWithoutTheSource() throws Exception {
        for (int i = 0; i < 60; i++) {
            rig.database.put("d" + i, Rig.title("t" + i));
        }
        rig.database.put("gone", Rig.title("g"));
        rig.database.delete("gone");
        rig.runOnce();
        List<MirroredDocument> before = rig.mirror.registry(Rig.STREAM);

        rig.mapper = AFTER;
        for (InMemoryDatabase.Point point : InMemoryDatabase.Point.values()) {
            rig.database.faults().always(point, () -> {
                throw new AssertionError("the source is asked: " + point);
            });
        }
        RemapReport report;
        try (SyncWorker worker = rig.worker()) {
            report = worker.remap(stored());
        }
        assertThat(report).isEqualTo(new RemapReport(61, 60, 0, 0, 0, List.of(), Optional.of(Rig.id("gone")), true));
        assertThat(rig.notes()).isEmpty();
        assertThat(rig.tasks()).hasSize(60).containsEntry("d7", "T7");
        assertThat(rig.mirror.registry(Rig.STREAM))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("type", "tables")
                .isEqualTo(before);
    }

    @Test
    void remap_whatIsNotStoredExactly_keepsItsRowsAndIsNamed() throws Exception {
        rig.database.put("a", Rig.title("a"));
        rig.database.put("b", Rig.title("b"));
        rig.runOnce();
        rig.mapper = AFTER;
        StoredDocuments forged = documents -> {
            Document other = Documents.document("b", "1-b", Rig.title("forged"));
            return documents.stream().anyMatch(document -> document.id().equals(other.id()))
                    ? Map.of(other.id(), other)
                    : Map.of();
        };
        try (SyncWorker worker = rig.worker()) {
            RemapReport report = worker.remap(forged);
            assertThat(report.unproven()).isEqualTo(2);
            assertThat(report.named()).containsExactly(Rig.id("a"), Rig.id("b"));
            assertThat(rig.notes()).containsOnlyKeys("a", "b");
            assertThat(worker.replay(report.named()).written()).isEqualTo(2);
        }
        assertThat(rig.tasks()).isEqualTo(Map.of("a", "A", "b", "B"));
    }

    @Test
    void remap_protectedVersion_isMadeFromTheOneThatIsKept() throws Exception {
        rig.policy = new KeepSigned();
        rig.database.put("a", "{\"title\":\"signed\",\"signed\":true}");
        rig.runOnce();
        rig.database.put("a", Rig.title("forged"));
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.remap(NOTHING).written()).isEqualTo(1);
        }
        assertThat(rig.tasks()).isEqualTo(Map.of("a", "SIGNED"));
        assertThat(rig.mirror.registry(Rig.STREAM))
                .singleElement()
                .satisfies(entry -> assertThat(entry.protection()).isEqualTo(Protection.SIGNED));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
        rig.database.put("a", Rig.title("forged again"));
        rig.runOnce();
        assertThat(rig.tasks()).isEqualTo(Map.of("a", "SIGNED"));
    }

    @Test
    void remap_documentInTheDeadLetters_staysThere() throws Exception {
        rig.database.put("a", Rig.title("first"));
        rig.runOnce();
        rig.database.put("a", "{\"title\":7}");
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            RemapReport report = worker.remap(stored());
            assertThat(report.parked()).isEqualTo(1);
            assertThat(report.written()).isZero();
        }
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(1);
        assertThat(rig.notes()).isEqualTo(Map.of("a", "first"));
    }

    @Test
    void remap_documentThatTheNewMappingRefuses_isParkedAndKeepsItsRows() throws Exception {
        rig.database.put("a", Rig.title("bad"));
        rig.database.put("b", Rig.title("good"));
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            RemapReport report = worker.remap(stored());
            assertThat(report.parked()).isEqualTo(1);
            assertThat(report.written()).isEqualTo(1);
        }
        assertThat(rig.notes()).isEqualTo(Map.of("a", "bad"));
        assertThat(rig.tasks()).isEqualTo(Map.of("b", "GOOD"));
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(1);
    }

    @Test
    void remap_mappingThatRefusesMost_stopsBeforeItWritesAnything() throws Exception {
        for (int i = 0; i < 30; i++) {
            rig.database.put("d" + i, Rig.title("bad" + i));
        }
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            assertThatThrownBy(() -> worker.remap(stored())).isInstanceOf(SystemicFailureException.class);
        }
        assertThat(rig.notes()).hasSize(30);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
    }

    @Test
    void remap_typeThatWasUnknown_isMappedWhereItIsStored() throws Exception {
        rig.database.put("stored", "{\"type\":\"other\",\"title\":\"s\"}");
        rig.database.put("elsewhere", "{\"type\":\"other\",\"title\":\"e\"}");
        rig.runOnce();
        Document known =
                rig.database.source().read(List.of(Rig.id("stored"))).get(0).winner();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            RemapReport report = worker.remap(documents -> Map.of(known.id(), known));
            assertThat(report.named()).containsExactly(Rig.id("elsewhere"));
            assertThat(rig.tasks()).isEqualTo(Map.of("stored", "S"));
            worker.replay(report.named());
        }
        assertThat(rig.tasks()).isEqualTo(Map.of("stored", "S", "elsewhere", "E"));
    }

    @Test
    void remap_documentThatWaitsForAPerson_getsNoRows() throws Exception {
        rig.policy = (conflict, context) -> new Resolution.Review("look");
        Revision first = rig.database.put("a", Rig.title("base"));
        rig.database.fork("a", "2-aaa", first.toString(), Rig.title("left"));
        rig.database.fork("a", "2-bbb", first.toString(), Rig.title("right"));
        rig.runOnce();
        Document winner =
                rig.database.source().read(List.of(Rig.id("a"))).get(0).winner();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            RemapReport report = worker.remap(documents -> Map.of(winner.id(), winner));
            assertThat(report.written()).isZero();
            assertThat(report.unproven()).isZero();
        }
        assertThat(rig.tasks()).isEmpty();
        assertThat(rig.mirror.archived(Rig.STREAM))
                .allMatch(entry -> entry.conflict().outcome() == ArchivedConflict.Outcome.REVIEW);
    }

    @Test
    void remap_pageByPage_goesOnInAnotherProcess() throws Exception {
        for (int i = 0; i < 5; i++) {
            rig.database.put("d" + i, Rig.title("t" + i));
        }
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.remap(stored(), RemapReport.resume(Rig.id("d2"))).looked())
                    .isEqualTo(2);
            assertThat(rig.tasks()).containsOnlyKeys("d3", "d4");
            assertThat(worker.remap(stored(), List.of(Rig.id("d0"), Rig.id("unheard"))))
                    .isEqualTo(new RemapReport(2, 1, 0, 0, 0, List.of(), Optional.empty(), true));
        }
    }

    @Test
    void remap_runningWorker_goesOnMirroring() throws Exception {
        rig.database.put("a", Rig.title("a"));
        rig.runOnce();
        rig.mapper = AFTER;
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.LIVE);
            assertThat(worker.remap(stored()).written()).isEqualTo(1);
            Revision next = rig.database.put("b", Rig.title("b"));
            assertThat(worker.awaitMirrored(Rig.id("b"), next, Duration.ofSeconds(20)))
                    .isTrue();
        }
        assertThat(rig.tasks()).isEqualTo(Map.of("a", "A", "b", "B"));
    }

    private StoredDocuments stored() {
        return rig.mirror.stored(RAW, "body");
    }
}
