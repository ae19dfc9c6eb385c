package dev.docmirror.worker;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.reconcile.Finding;
import dev.docmirror.reconcile.Finding.Kind;
import dev.docmirror.reconcile.ReconcileCursor;
import dev.docmirror.reconcile.ReconcileReport;
import dev.docmirror.reconcile.Reconciler;
import dev.docmirror.reconcile.RevisionSource;
import dev.docmirror.testkit.Intercepted;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A mirror that is held against its source. */
class ReconcilerTest {
    private final Rig rig = new Rig();

    @Test
    void check_intactMirror_isClean() throws Exception {
        fill(25);
        rig.database.delete("d3");
        rig.database.put("skipped", "{\"type\":\"other\"}");
        rig.database.put("poison", "{\"title\":7}");
        Revision first = rig.database.put("forked", Rig.title("base"));
        rig.database.fork("forked", "2-aaa", first.toString(), Rig.title("left"));
        rig.database.fork("forked", "2-bbb", first.toString(), Rig.title("right"));
        rig.runOnce();
        try (SyncWorker worker = rig.worker()) {
            ReconcileReport report = reconciler(worker).check();
            assertThat(report.isClean()).as(report.text()).isTrue();
            assertThat(report.listed()).isEqualTo(28);
            assertThat(report.compared()).isEqualTo(27);
        }
    }

    @Test
    void repair_everyKindOfDamage_isNamedAndMended() throws Exception {
        fill(40);
        rig.runOnce();
        breakIt();
        Map<String, Object> broken = rig.notes();
        try (SyncWorker worker = rig.worker()) {
            ReconcileReport checked = reconciler(worker).check();
            assertFound(checked);
            assertThat(checked.mended()).isZero();
            assertThat(rig.notes()).isEqualTo(broken);

            ReconcileReport repaired = reconciler(worker).repair();
            assertFound(repaired);
            assertThat(repaired.mended()).isEqualTo(5);
            assertThat(reconciler(worker).check().isClean()).isTrue();
        }
        assertThat(rig.notes())
                .hasSize(39)
                .containsEntry("d1", "t1")
                .containsEntry("d2", "t2")
                .containsEntry("d4", "t4")
                .doesNotContainKey("d3");
    }

    private static void assertFound(ReconcileReport report) {
        assertThat(report.findings())
                .extracting(finding -> finding.id().value(), Finding::kind)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("d1", Kind.MISSING),
                        Tuple.tuple("d2", Kind.DAMAGED),
                        Tuple.tuple("d3", Kind.EXTRA),
                        Tuple.tuple("d4", Kind.DAMAGED),
                        Tuple.tuple("d5", Kind.STALE));
        assertThat(report.count(Kind.DAMAGED)).isEqualTo(2);
        assertThat(report.json()).contains("\"damaged\":{\"notes\":2}");
    }

    @Test
    void step_acrossProcesses_goesOnWhereItStopped() throws Exception {
        fill(40);
        rig.runOnce();
        breakIt();
        long found = 0;
        Optional<ReconcileCursor> next = Optional.of(ReconcileCursor.of("SOURCE:"));
        int steps = 0;
        while (next.isPresent()) {
            try (SyncWorker worker = rig.worker()) {
                Reconciler reconciler = reconciler(worker);
                ReconcileReport step = reconciler.step(
                        reconciler.resume(ReconcileCursor.of(next.get().text())), false);
                found += step.found();
                next = step.next();
                steps++;
            }
        }
        assertThat(found).isEqualTo(5);
        assertThat(steps).isGreaterThan(8);
    }

    @Test
    void repair_whileTheWorkerFollowsTheFeed_leavesItRunning() throws Exception {
        fill(40);
        rig.runOnce();
        breakIt();
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.LIVE);
            assertThat(reconciler(worker).repair().mended()).isEqualTo(5);
            assertThat(worker.state()).isEqualTo(SyncState.LIVE);
            assertThat(reconciler(worker).check().isClean()).isTrue();
        }
    }

    @Test
    void repair_purgedDocumentThatIsProtected_isNamedAndKept() throws Exception {
        rig.policy = new KeepSigned();
        rig.database.put("signed", "{\"title\":\"s\",\"signed\":true}");
        rig.runOnce();
        rig.database.purge(Rig.id("signed"));
        try (SyncWorker worker = rig.worker()) {
            ReconcileReport report = reconciler(worker).repair();
            assertThat(report.count(Kind.EXTRA)).isEqualTo(1);
            assertThat(report.mended()).isZero();
        }
        assertThat(rig.notes()).containsEntry("signed", "s");
    }

    @Test
    void step_purges_findsWhatIsStillMirrored_withoutListingAnything() throws Exception {
        fill(40);
        rig.runOnce();
        for (int i = 0; i < 10; i++) {
            rig.database.purge(Rig.id("d" + i));
        }
        rig.database.put("d9", Rig.title("again"));
        rig.database.put("unseen", Rig.title("never mirrored"));
        rig.database.purge(Rig.id("unseen"));
        rig.runOnce();
        try (SyncWorker worker = rig.worker()) {
            Reconciler reconciler = reconciler(worker);
            ReconcileReport checked = reconciler.step(reconciler.resume(ReconcileCursor.purges()), false);
            assertThat(checked.count(Kind.EXTRA)).as(checked.text()).isEqualTo(9);
            assertThat(checked.found()).isEqualTo(9);
            assertThat(checked.listed()).isEqualTo(11);
            assertThat(rig.notes()).hasSize(40);

            ReconcileReport repaired = reconciler.step(reconciler.resume(ReconcileCursor.purges()), true);
            assertThat(repaired.mended()).isEqualTo(9);
            assertThat(rig.notes()).hasSize(31).containsEntry("d9", "again").doesNotContainKey("d0");

            ReconcileCursor reached =
                    ReconcileCursor.of(repaired.next().orElseThrow().text());
            ReconcileReport idle = reconciler.step(reconciler.resume(reached), true);
            assertThat(idle.listed()).isZero();
            rig.database.purge(Rig.id("d20"));
            ReconcileReport later = reconciler.step(idle, true);
            assertThat(later.findings()).containsExactly(new Finding(Rig.id("d20"), Kind.EXTRA, Optional.of("notes")));
        }
    }

    @Test
    void step_purgedLeafThatTheMirrorKnows_isStale() throws Exception {
        Revision first = rig.database.put("forked", Rig.title("base"));
        rig.database.fork("forked", "2-aaa", first.toString(), Rig.title("left"));
        rig.database.fork("forked", "2-bbb", first.toString(), Rig.title("right"));
        rig.runOnce();
        rig.database.purge(Rig.id("forked"), Revision.of("2-bbb"));
        try (SyncWorker worker = rig.worker()) {
            Reconciler reconciler = reconciler(worker);
            ReconcileReport report = reconciler.step(reconciler.resume(ReconcileCursor.purges()), true);
            assertThat(report.count(Kind.STALE)).as(report.text()).isEqualTo(1);
            assertThat(report.mended()).isEqualTo(1);
            assertThat(reconciler.check().isClean()).isTrue();
        }
        assertThat(rig.notes()).containsEntry("forked", "left");
    }

    @Test
    void step_purgesOfASourceThatDoesNotTellThem_isRefused() {
        RevisionSource silent = Intercepted.of(
                RevisionSource.class,
                rig.database.source(),
                (called, real, arguments) ->
                        called.getName().equals("purges") ? Optional.empty() : real.with(arguments));
        try (SyncWorker worker = rig.worker()) {
            Reconciler reconciler = Reconciler.of(worker, silent, rig.mirror.sink(), rig.mirror.deadLetters());
            assertThatThrownBy(() -> reconciler.step(reconciler.resume(ReconcileCursor.purges()), false))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("check()");
        }
    }

    private void fill(int documents) {
        for (int i = 0; i < documents; i++) {
            rig.database.put("d" + i, Rig.title("t" + i));
        }
    }

    /** Forgets d1, changes the row of d2, purges d3, deletes the row of d4, and lets d5 have been judged otherwise. */
    private void breakIt() {
        rig.database.purge(Rig.id("d3"));
        try (Lease lease = rig.mirror
                        .sink()
                        .lease(Rig.STREAM, "breaker", rig.options.leaseTtl())
                        .orElseThrow();
                MirrorTransaction tx = rig.mirror.sink().begin(lease)) {
            tx.forget(List.of(Rig.id("d1")));
            Map<DocumentId, MirroredDocument> known = tx.mirrored(List.of(Rig.id("d2"), Rig.id("d4"), Rig.id("d5")));
            MirroredDocument d2 = known.get(Rig.id("d2"));
            MirroredDocument d4 = known.get(Rig.id("d4"));
            MirroredDocument d5 = known.get(Rig.id("d5"));
            RowChange forged = new RowChange.Put(Rig.NOTES, new Object[] {"forged"});
            tx.apply(List.of(
                    new DocumentWrite(d2, Optional.of(d2), List.of(forged)),
                    new DocumentWrite(d4, Optional.of(d4), List.of(new RowChange.Delete(Rig.NOTES))),
                    new DocumentWrite(d5.withLeaves(new LeafDigest(9, 9), false), Optional.of(d5), List.of())));
            tx.commit();
        }
    }

    private Reconciler reconciler(SyncWorker worker) {
        return Reconciler.of(worker, rig.database.source(), rig.mirror.sink(), rig.mirror.deadLetters())
                .withPage(7);
    }
}
