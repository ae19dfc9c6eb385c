package dev.docmirror.worker;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.SyncReport;
import dev.docmirror.SyncState;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SystemicFailureException;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.Documents;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a worker makes of documents. */
class SyncWorkerTest {
    private final Rig rig = new Rig();

    @Test
    void runOnce_documents_becomeRows_aReplayWritesNothing() throws Exception {
        rig.database.put("a", title("one"));
        rig.database.put("b", title("two"));
        SyncReport first = rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "one", "b", "two"));
        assertThat(first.totals().written()).isEqualTo(2);
        assertThat(first.totals().rowsByTable()).isEqualTo(Map.of("notes", 2L));

        rig.mirror.checkpoints().reset(Rig.STREAM);
        SyncReport again = rig.runOnce();
        assertThat(again.totals().unchanged()).isEqualTo(2);
        assertThat(again.totals().written()).isZero();
        assertThat(rig.notes()).hasSize(2);
    }

    @Test
    void runOnce_edit_updates_delete_removes_recreate_returns() throws Exception {
        rig.database.put("a", title("one"));
        rig.runOnce();
        rig.database.put("a", title("two"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "two"));
        rig.database.delete("a");
        rig.runOnce();
        assertThat(rig.notes()).isEmpty();
        rig.database.put("a", title("three"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "three"));
    }

    @Test
    void runOnce_typeChanged_leavesTheOldTable() throws Exception {
        rig.database.put("a", title("one"));
        rig.runOnce();
        rig.database.put("a", "{\"type\":\"task\",\"title\":\"now a task\"}");
        rig.runOnce();
        assertThat(rig.notes()).isEmpty();
        assertThat(rig.tasks()).isEqualTo(Map.of("a", "now a task"));
        rig.database.put("a", "{\"type\":\"other\"}");
        SyncReport report = rig.runOnce();
        assertThat(rig.tasks()).isEmpty();
        assertThat(report.totals().unknownTypes()).isEqualTo(1);
    }

    @Test
    void runOnce_unknownType_isToldOnceAType() throws Exception {
        rig.database.put("a", "{\"type\":\"other\"}");
        rig.database.put("b", "{\"type\":\"other\"}");
        SyncReport report = rig.runOnce();
        assertThat(report.totals().unknownTypes()).isEqualTo(2);
        assertThat(rig.events(SyncEvent.TypeUnknown.class))
                .singleElement()
                .satisfies(event -> assertThat(event.type()).contains("other"));
    }

    @Test
    void runOnce_conflict_loserIsArchivedOnce_howeverOftenItIsSeen() throws Exception {
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
        assertThat(rig.mirror.archived(Rig.STREAM)).singleElement().satisfies(entry -> {
            ArchivedConflict archived = entry.conflict();
            assertThat(archived.loser().revision()).isEqualTo(Revision.of("2-aaa"));
            assertThat(archived.loser().text()).contains("right");
            assertThat(archived.chosen()).contains(Revision.of("2-bbb"));
            assertThat(archived.type()).contains("notes");
            assertThat(archived.outcome()).isEqualTo(ArchivedConflict.Outcome.CHOSEN);
        });
    }

    @Test
    void runOnce_losingLeafArrives_winnerStays_loserIsArchived() throws Exception {
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.runOnce();
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        SyncReport report = rig.runOnce();
        assertThat(report.totals().conflicts()).isEqualTo(1);
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
    }

    @Test
    void runOnce_winnerDeleted_loserIsPromoted() throws Exception {
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        rig.database.delete(id("a"), Revision.of("2-bbb"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "right"));
    }

    @Test
    void runOnce_olderStateRepeated_regressesNothing() throws Exception {
        rig.database.put("a", title("one"));
        DocumentChange old = rig.database.get(id("a")).orElseThrow();
        rig.database.put("a", title("two"));
        rig.runOnce();
        rig.database.inject(old);
        SyncReport report = rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "two"));
        assertThat(report.totals().rewound()).isEqualTo(1);
        assertThat(report.totals().written()).isZero();
    }

    @Test
    void runOnce_purgedAndWrittenAnew_isMirroredThoughItsRevisionIsLower() throws Exception {
        rig.database.put("a", title("one"));
        rig.database.put("a", title("two"));
        rig.database.put("a", title("three"));
        rig.runOnce();
        rig.database.purge(id("a"));
        rig.database.put("a", title("anew"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "anew"));
    }

    @Test
    void runOnce_sameRevisionOtherBody_raisesAnAlarm() throws Exception {
        rig.database.put("a", title("one"));
        DocumentChange honest = rig.database.get(id("a")).orElseThrow();
        rig.runOnce();
        DocumentChange forged = Documents.change(
                Documents.document("a", honest.winner().revision().toString(), title("forged")));
        rig.database.inject(forged);
        rig.runOnce();
        assertThat(rig.events(SyncEvent.IntegrityAlarm.class)).hasSize(1);
    }

    @Test
    void runOnce_poison_isParkedAlone_andLeavesWhenItHeals() throws Exception {
        for (int i = 0; i < 100; i++) {
            rig.database.put("d" + i, title("t" + i));
        }
        rig.database.put("bad", "{\"title\":7}");
        rig.database.put("worse", "{\"title\":[\"canary\"]}");
        rig.database.put("deep", "{\"title\":\"x\",\"a\":" + "[".repeat(200) + "]".repeat(200) + "}");
        SyncReport report = rig.runOnce();
        assertThat(rig.notes()).hasSize(100);
        assertThat(report.totals().parked()).isEqualTo(3);
        assertThat(rig.mirror.deadLetters().list(Rig.STREAM, 10))
                .extracting(letter -> letter.id().value(), DeadLetter::kind)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("bad", DeadLetter.Kind.MAPPING),
                        Tuple.tuple("worse", DeadLetter.Kind.MAPPING),
                        Tuple.tuple("deep", DeadLetter.Kind.MAPPING));
        assertThat(rig.mirror.deadLetters().list(Rig.STREAM, 10).toString()).doesNotContain("canary");

        rig.database.put("bad", title("good"));
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("bad", "good");
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(2);
    }

    @Test
    void runOnce_mostOfABatchIsPoison_stopsAndParksNothing() {
        for (int i = 0; i < 30; i++) {
            rig.database.put("d" + i, i < 14 ? title("t") : "{\"title\":7}");
        }
        assertThatThrownBy(rig::runOnce)
                .isInstanceOf(SystemicFailureException.class)
                .hasMessageContaining("16 of 30")
                .hasMessageContaining("title: must be text");
        assertThat(rig.notes()).isEmpty();
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
        assertThat(rig.mirror.checkpoints().load(Rig.STREAM)).isEmpty();
    }

    @Test
    void runOnce_halfOfABatchIsPoison_goesOn() throws Exception {
        for (int i = 0; i < 30; i++) {
            rig.database.put("d" + i, i < 15 ? title("t") : "{\"title\":7}");
        }
        rig.runOnce();
        assertThat(rig.notes()).hasSize(15);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(15);
    }

    @Test
    void runOnce_replayOfParkedDocuments_isNoSystemicFailure() throws Exception {
        for (int i = 0; i < 100; i++) {
            rig.database.put("d" + i, i < 70 ? title("t") : "{\"title\":7}");
        }
        rig.runOnce();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        SyncReport report = rig.runOnce();
        assertThat(report.totals().unchanged()).isEqualTo(70);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(30);
    }

    @Test
    void runOnce_policyThatThrows_parksTheDocument() throws Exception {
        rig.policy = (conflict, context) -> {
            throw new IllegalStateException("canary");
        };
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        assertThat(rig.mirror.deadLetters().list(Rig.STREAM, 5)).singleElement().satisfies(letter -> {
            assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.POLICY);
            assertThat(letter.reason()).contains("IllegalStateException").doesNotContain("canary");
        });
        assertThat(rig.mirror.archived(Rig.STREAM)).isEmpty();
    }

    @Test
    void runOnce_protectedVersion_rejectsALinearEdit_onceInTheArchive() throws Exception {
        rig.policy = new Signed();
        rig.database.put("a", "{\"title\":\"final\",\"signed\":true}");
        rig.runOnce();
        rig.database.put("a", title("tampered"));
        rig.runOnce();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        rig.runOnce();
        rig.database.delete("a");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "final"));
        assertThat(rig.mirror.archived(Rig.STREAM))
                .hasSize(2)
                .allSatisfy(
                        a -> assertThat(a.conflict().outcome()).isEqualTo(ArchivedConflict.Outcome.REJECTED_IMMUTABLE));
        assertThat(rig.mirror.registry(Rig.STREAM)).singleElement().satisfies(entry -> {
            assertThat(entry.revision().generation()).isEqualTo(1);
            assertThat(entry.protection()).isEqualTo(Protection.SIGNED);
        });
    }

    @Test
    void runOnce_merge_archivesEveryInput_andMirrorsTheMergedBody() throws Exception {
        rig.policy = (conflict, context) ->
                new Resolution.Merge(conflict.leaves().get(0).body().deepCopy().put("title", "merged"), "both");
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        SyncReport again = rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "merged"));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(2);
        assertThat(again.totals().unchanged()).isEqualTo(1);
    }

    @Test
    void runOnce_review_keepsWhatIsMirrored_andArchivesTheRest() throws Exception {
        Revision first = rig.database.put("a", title("base"));
        rig.runOnce();
        rig.policy = (conflict, context) -> new Resolution.Review("a person decides");
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "base"));
        assertThat(rig.mirror.archived(Rig.STREAM))
                .extracting(entry -> entry.conflict().outcome())
                .containsOnly(ArchivedConflict.Outcome.REVIEW)
                .hasSize(2);
    }

    @Test
    void runOnce_recreatedDatabase_halts() throws Exception {
        rig.database.put("a", title("one"));
        rig.runOnce();
        rig.database.recreate();
        rig.database.put("z", title("other database"));
        assertThatThrownBy(rig::runOnce)
                .isInstanceOf(SourceReplacedException.class)
                .hasMessageContaining("reset the stream");
        assertThat(rig.notes()).isEqualTo(Map.of("a", "one"));
        assertThat(rig.events(SyncEvent.StateChanged.class))
                .last()
                .satisfies(change -> assertThat(change.to()).isEqualTo(SyncState.HALTED));
    }

    @Test
    void runOnce_missingTable_haltsBeforeAnythingIsRead() {
        rig.database.put("a", title("one"));
        rig.mirror.drop("notes");
        assertThatThrownBy(rig::runOnce).hasMessageContaining("table notes does not exist");
    }

    /** Protects what is signed and rejects whatever comes after it. */
    private static final class Signed implements ConflictPolicy {
        @Override
        public Resolution resolve(Conflict conflict, ConflictContext context) {
            return conflict.mirrored()
                            .map(m -> m.protection() == Protection.SIGNED)
                            .orElse(false)
                    ? new Resolution.Reject(Resolution.Rejection.REJECTED_IMMUTABLE, "signed")
                    : new Resolution.Defer();
        }

        @Override
        public Protection protection(Document document) {
            return document.body().path("signed").asBoolean(false) ? Protection.SIGNED : Protection.NONE;
        }
    }

    @Test
    void report_countsAndNamesTables() throws Exception {
        rig.database.put("a", title("one"));
        SyncReport report = rig.runOnce();
        assertThat(report.toString()).contains("1 changes").contains("notes=1");
        assertThat(report.documentsPerSecond()).isPositive();
        assertThat(report.totals().lag()).isNotNull();
        assertThat(List.of(report.totals().pending())).isNotNull();
        assertThat(Optional.of(report.elapsed())).isPresent();
    }
}
