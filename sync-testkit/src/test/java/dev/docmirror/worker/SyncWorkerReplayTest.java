package dev.docmirror.worker;

import java.util.List;
import java.util.Optional;

import dev.docmirror.ReplayReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.testkit.InMemoryDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Documents that are made anew on request. */
class SyncWorkerReplayTest {
    private final Rig rig = new Rig();

    @Test
    void replay_mirroredInThisVeryState_isWrittenAnew() throws Exception {
        rig.database.put("a", Rig.title("t"));
        rig.runOnce();
        rig.mapper = (document, context) -> {
            Mapping.Rows rows = (Mapping.Rows) Rig.MAPPER.map(document, context);
            return new Mapping.Rows("renamed", rows.rows());
        };
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.replay(List.of(Rig.id("a"), Rig.id("unheard"))))
                    .isEqualTo(new ReplayReport(2, 1, 0, 0, 1));
        }
        assertThat(rig.mirror.registry(Rig.STREAM))
                .singleElement()
                .satisfies(entry -> assertThat(entry.type()).contains("renamed"));
    }

    @Test
    void replay_protectedVersion_keepsItsRows() throws Exception {
        rig.policy = new KeepSigned();
        rig.database.put("a", "{\"title\":\"first\",\"signed\":true}");
        rig.runOnce();
        rig.database.put("a", "{\"title\":\"forged\"}");
        rig.runOnce();
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.replay(List.of(Rig.id("a")))).isEqualTo(new ReplayReport(1, 1, 0, 0, 0));
        }
        assertThat(rig.notes()).containsEntry("a", "first");
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
        assertThat(rig.mirror.registry(Rig.STREAM))
                .singleElement()
                .satisfies(entry -> assertThat(entry.protection()).isEqualTo(Protection.SIGNED));
    }

    @Test
    void replay_deadLettersAfterTheMappingWasMended_mirrorsThem() throws Exception {
        for (int i = 0; i < 40; i++) {
            rig.database.put("bad" + i, "{\"title\":7}");
            rig.database.put("good" + i, Rig.title("g"));
        }
        rig.runOnce();
        try (SyncWorker worker = rig.worker()) {
            // All of them fail again, and that is no reason to stop.
            assertThat(worker.replay(DeadLetterFilter.poison())).isEqualTo(new ReplayReport(40, 0, 0, 40, 0));
        }
        rig.mapper = (document, context) -> new Mapping.Skip("mended");
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.replay(DeadLetterFilter.poison())).isEqualTo(new ReplayReport(40, 40, 0, 0, 0));
        }
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
    }

    @Test
    void mappingVersion_anotherThanLastTime_makesAnewOnceWhatCouldNotBeMapped() throws Exception {
        rig.database.put("bad", "{\"title\":7}");
        rig.database.put("unneeded", "{\"title\":8}");
        rig.database.put("unknown", "{\"type\":\"other\",\"title\":\"u\"}");
        rig.database.put("good", Rig.title("g"));
        rig.mappingVersion = Optional.of("1");
        rig.runOnce();
        rig.mirror.deadLetters().discard(Rig.STREAM, List.of(Rig.id("unneeded")), "ada", "a test");
        rig.mapper = (document, context) -> {
            String title = document.body().path("title").asString("");
            return new Mapping.Rows("note", List.of(new RowChange.Put(Rig.NOTES, new Object[] {title})));
        };
        rig.runOnce();
        assertThat(rig.notes()).containsOnlyKeys("good");
        rig.mappingVersion = Optional.of("2");
        rig.runOnce();
        assertThat(rig.notes()).containsOnlyKeys("good", "bad", "unknown");
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
        int reads = rig.database.faults().passes(InMemoryDatabase.Point.READ);
        rig.runOnce();
        assertThat(rig.database.faults().passes(InMemoryDatabase.Point.READ)).isEqualTo(reads);
    }

    @Test
    void mappingVersion_withoutDeadLetters_isRefused() {
        assertThatThrownBy(() -> SyncWorker.builder(
                                "test", rig.database.source(), rig.mapper, rig.mirror.sink(), rig.mirror.checkpoints())
                        .mappingVersion("1")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mappingVersion");
    }

    @Test
    void replay_nothing_asksNobody() throws Exception {
        try (SyncWorker worker = rig.worker()) {
            assertThat(worker.replay(List.of())).isEqualTo(ReplayReport.nothing());
            assertThat(worker.replay(DeadLetterFilter.all())).isEqualTo(ReplayReport.nothing());
        }
    }

    @Test
    void replay_closedWorker_refuses() {
        SyncWorker worker = rig.worker();
        worker.close();
        assertThatThrownBy(() -> worker.replay(List.of(Rig.id("a")))).isInstanceOf(IllegalStateException.class);
    }
}
