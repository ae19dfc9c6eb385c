package dev.docmirror.campaign;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.reconcile.Finding;
import dev.docmirror.reconcile.ReconcileCursor;
import dev.docmirror.reconcile.ReconcileReport;
import dev.docmirror.reconcile.Reconciler;
import dev.docmirror.testkit.server.CouchDbServer.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

import static dev.docmirror.reconcile.Finding.Kind.DAMAGED;
import static dev.docmirror.reconcile.Finding.Kind.EXTRA;
import static dev.docmirror.reconcile.Finding.Kind.MISSING;
import static dev.docmirror.reconcile.Finding.Kind.STALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Damage of every kind between two servers, found and mended while the worker goes on. */
@Timeout(300)
class ReconcileIT {
    private static final long SEED = 20_261_121;
    private static final int DOCUMENTS = 3_000;
    private static final int EACH = 100;

    private Site site;
    private Site.Mirror mirror;

    @BeforeEach
    void start() throws Exception {
        site = new Site();
        mirror = site.newMirror();
        SampleData.load(site.clinic(), DOCUMENTS, SEED);
        site.drain(mirror);
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void check_intactMirror_isClean() throws Exception {
        try (SyncWorker worker = worker()) {
            ReconcileReport report = reconciler(worker).check();
            assertThat(report.isClean()).as(report.text()).isTrue();
            assertThat(report.listed()).isGreaterThanOrEqualTo(DOCUMENTS);
        }
    }

    @Test
    void repair_rowsDeletedAndChangedByHand_purgesAndASkippedRange_areFoundAndMended() throws Exception {
        mirror.execute("DELETE FROM patients ORDER BY couch_id LIMIT " + EACH);
        mirror.execute("UPDATE clinical_sessions SET patient_cpt = 'FORGED' ORDER BY couch_id LIMIT " + EACH);
        skipARange();
        boolean purged = purge();
        if (!purged) {
            pretendPurged();
        }
        Map<Finding.Kind, Long> expected =
                Map.of(DAMAGED, 2L * EACH, EXTRA, (long) EACH, MISSING, (long) EACH, STALE, 0L);
        try (SyncWorker worker = worker()) {
            worker.start();
            ReconcileReport checked = reconciler(worker).check();
            assertThat(counts(checked)).as(checked.text()).isEqualTo(expected);
            assertThat(checked.mended()).isZero();
            assertThat(JsonMapper.shared()
                            .readTree(checked.json())
                            .path("found")
                            .asInt())
                    .isEqualTo(4 * EACH);
            ReconcileReport repaired = reconciler(worker).repair();
            assertThat(counts(repaired)).isEqualTo(expected);
            assertThat(repaired.mended()).isEqualTo(4 * EACH);
            assertThat(reconciler(worker).check().isClean()).isTrue();
            assertThat(worker.state()).isNotEqualTo(SyncState.FAILED);
        }
        assertThat(MirrorContents.of(mirror).differences(MirrorContents.of(site.rebuilt())))
                .isEmpty();
    }

    @Test
    void step_purgedUpstream_isFoundAndMendedWithoutListingAnything() throws Exception {
        assumeTrue(site.couch().kind() == Kind.COUCHDB, "the stand-in has no _purge");
        try (SyncWorker worker = worker()) {
            worker.start();
            Reconciler reconciler = reconciler(worker);
            ReconcileReport before = reconciler.step(reconciler.resume(ReconcileCursor.purges()), true);
            assertThat(before.found()).isZero();
            assertThat(purge()).isTrue();
            ReconcileReport after = reconciler.step(before, true);
            assertThat(counts(after))
                    .as(after.text())
                    .isEqualTo(Map.of(DAMAGED, 0L, EXTRA, (long) EACH, MISSING, 0L, STALE, 0L));
            assertThat(after.listed()).isEqualTo(EACH);
            assertThat(after.mended()).isEqualTo(EACH);
            assertThat(reconciler.check().isClean()).isTrue();
        }
        assertThat(MirrorContents.of(mirror).differences(MirrorContents.of(site.rebuilt())))
                .isEmpty();
    }

    /** As if a run of changes had never come. */
    private void skipARange() {
        List<String> ids = mirror
                .query("SELECT id FROM sync_documents WHERE type = 'clinicalForm' AND is_deleted = 0"
                        + " ORDER BY doc_key LIMIT " + EACH)
                .stream()
                .map(row -> "'" + row.get(0) + "'")
                .toList();
        String in = " IN (" + String.join(",", ids) + ")";
        mirror.execute("DELETE FROM clinical_forms WHERE couch_id" + in);
        mirror.execute("DELETE FROM sync_documents WHERE id" + in);
    }

    /** Purges documents upstream; false where the server can't. */
    private boolean purge() throws Exception {
        List<List<String>> victims = mirror.query(
                "SELECT id, CONCAT(generation, '-', revision_hash) FROM sync_documents WHERE type = 'aiLog'"
                        + " AND is_deleted = 0 AND id NOT IN (SELECT id FROM sync_conflicts) ORDER BY doc_key LIMIT "
                        + EACH);
        String body = victims.stream()
                .map(row -> "\"" + row.get(0) + "\":[\"" + row.get(1) + "\"]")
                .collect(Collectors.joining(",", "{", "}"));
        return site.documents().send("POST", "/_purge", body).status() < 300;
    }

    /** What a purge leaves behind: documents in the mirror that the source does not know. */
    private void pretendPurged() {
        mirror.execute("INSERT INTO sync_documents SELECT stream_id, UNHEX(SHA2(CONCAT('gone-', id), 256)),"
                + " CONCAT('gone-', id), type, mirrored_in, generation, revision_hash, content_hash, is_deleted,"
                + " protection, leaf_weight, leaf_hash, is_disputed FROM sync_documents"
                + " WHERE type = 'aiLog' AND is_deleted = 0 ORDER BY doc_key LIMIT " + EACH);
    }

    private static Map<Finding.Kind, Long> counts(ReconcileReport report) {
        return Map.of(
                DAMAGED, report.count(DAMAGED),
                EXTRA, report.count(EXTRA),
                MISSING, report.count(MISSING),
                STALE, report.count(STALE));
    }

    private SyncWorker worker() {
        return site.worker(mirror, SyncOptions.defaults(), SyncListener.logging());
    }

    private Reconciler reconciler(SyncWorker worker) {
        return Reconciler.of(
                worker, site.source(), MySqlMirrorSink.of(mirror.pool()), MySqlDeadLetterStore.of(mirror.pool()));
    }
}
