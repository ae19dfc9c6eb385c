package dev.docmirror.campaign;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.queue.DocumentTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static org.assertj.core.api.Assertions.assertThat;

/** The rules that clinics need, from server to server: signed notes, locked intakes, drafts, reviews, write-back. */
class ClinicalRulesIT {
    private static final StreamId STREAM = StreamId.of(Site.STREAM);
    private static final String LOSING = "00000000000000000000000000000000";
    private static final String WINNING = "ffffffffffffffffffffffffffffffff";
    private static final ConflictPolicy POLICY = immutableOnceSigned("/signatureHash")
            .orElse(lockedOnce("/isLocked"))
            .orElse(lastWriteWins("/updatedAt"));
    private static final DocumentMapper MAPPER = TableMapping.builder("notes")
            .key("couch_id", 255)
            .column(Column.text("revision", 300).from("/_rev"))
            .column(Column.text("text", 200).from("/text"))
            .column(Column.dateTime("updated_at").from("/updatedAt"))
            .column(Column.rawText("raw"))
            .build();

    private Site site;
    private Site.Mirror mirror;
    private DocumentTarget target;

    @BeforeEach
    void start() {
        site = new Site();
        mirror = site.newMirror(MAPPER);
        target = site.target();
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void signedNote_editedDeletedAndForked_staysBitIdentical_withOneArchiveRowAnAttempt() throws Exception {
        protectedDocumentHolds("\"signatureHash\":\"c2lnbmVk\"", "REJECTED_IMMUTABLE");
    }

    @Test
    void lockedIntake_editedDeletedAndForked_staysBitIdentical_withOneArchiveRowAnAttempt() throws Exception {
        protectedDocumentHolds("\"isLocked\":true", "REJECTED_LOCKED");
    }

    private void protectedDocumentHolds(String guard, String outcome) throws Exception {
        String draft = write("{\"_id\":\"n\",\"text\":\"draft\",\"updatedAt\":1}");
        String guarded =
                write("{\"_id\":\"n\",\"_rev\":\"" + draft + "\",\"text\":\"final\",\"updatedAt\":2," + guard + "}");
        drain();
        List<List<String>> before = mirror.query("SELECT * FROM notes");
        assertThat(before).hasSize(1);

        String edited = write("{\"_id\":\"n\",\"_rev\":\"" + guarded + "\",\"text\":\"tampered\",\"updatedAt\":3}");
        drain();
        fork("n", "2-" + WINNING, draft, "\"text\":\"fork\",\"updatedAt\":4");
        drain();
        write("{\"_id\":\"n\",\"_rev\":\"" + edited + "\",\"_deleted\":true}");
        drain();
        MySqlCheckpointStore.of(mirror.pool()).reset(STREAM);
        drain();

        assertThat(mirror.query("SELECT * FROM notes")).isEqualTo(before);
        List<ArchiveEntry> archived = archive().of(STREAM, DocumentId.of("n"));
        assertThat(archived).hasSize(3).allSatisfy(entry -> {
            assertThat(entry.conflict().outcome().name()).isEqualTo(outcome);
            assertThat(entry.conflict().chosen()).contains(Revision.of(guarded));
            assertThat(entry.isOpen()).isTrue();
        });
        assertThat(mirror.count("sync_dead_letters")).isZero();
    }

    @Test
    void signedNote_withWriteBack_isRestoredUpstream() throws Exception {
        String signed = write("{\"_id\":\"n\",\"text\":\"final\",\"signatureHash\":\"c2lnbmVk\",\"n\":1.5}");
        drainAndResolve();
        List<List<String>> before = mirror.query("SELECT couch_id, text, updated_at FROM notes");
        String edited = write("{\"_id\":\"n\",\"_rev\":\"" + signed + "\",\"text\":\"tampered\"}");
        drainAndResolve();
        Document restored = change("n").winner();
        assertThat(restored.body().get("text").asString()).isEqualTo("final");
        assertThat(restored.revision().generation())
                .isEqualTo(Revision.of(edited).generation() + 1);

        write("{\"_id\":\"n\",\"_rev\":\"" + restored.revision() + "\",\"_deleted\":true}");
        drainAndResolve();
        assertThat(change("n").winner().body().get("text").asString()).isEqualTo("final");
        drainAndResolve();
        assertThat(mirror.query("SELECT couch_id, text, updated_at FROM notes")).isEqualTo(before);
        assertThat(mirror.query("SELECT revision FROM notes"))
                .as("the mirror equals one made from scratch")
                .containsExactly(List.of(change("n").winner().revision().toString()));
        assertThat(archive().of(STREAM, DocumentId.of("n"))).hasSize(2).noneMatch(ArchiveEntry::isOpen);
    }

    @Test
    void draft_lastWriteWins_andTheLoserCanBeRestored() throws Exception {
        String base = write("{\"_id\":\"d\",\"text\":\"base\",\"updatedAt\":\"2026-02-14T10:00:00Z\"}");
        fork("d", "2-" + WINNING, base, "\"text\":\"older\",\"updatedAt\":\"2026-02-14T10:01:00Z\"");
        fork("d", "2-" + LOSING, base, "\"text\":\"newer\",\"updatedAt\":1771063380000");
        drain();
        assertThat(texts()).containsExactly("newer");

        ConflictReview review =
                ConflictReview.of(Site.STREAM, site.source(), MySqlMirrorSink.of(mirror.pool()), archive(), target);
        ConflictView view = review.show(DocumentId.of("d")).orElseThrow();
        assertThat(view.archived()).singleElement().satisfies(lost -> {
            assertThat(lost.conflict().loser().body().get("text").asString()).isEqualTo("older");
            assertThat(lost.conflict().loserWrittenAt()).isPresent();
        });
        review.restore(view, view.archived().get(0), "dr.ada", "the older one is right");
        drain();
        assertThat(texts()).containsExactly("older");
        assertThat(change("d").winner().body().get("text").asString()).isEqualTo("older");
        assertThat(live("d")).hasSize(1);
    }

    @Test
    void conflicts_resolvedByTwoHostsAtOnce_convergeToOneRevision() throws Exception {
        Site.Mirror other = site.newMirror(MAPPER);
        int documents = 50;
        for (int i = 0; i < documents; i++) {
            String base = write("{\"_id\":\"d" + i + "\",\"text\":\"base\",\"updatedAt\":1}");
            fork("d" + i, "2-" + WINNING, base, "\"text\":\"older\",\"updatedAt\":2");
            fork("d" + i, "2-" + LOSING, base, "\"text\":\"newer\",\"updatedAt\":3");
        }
        CompletableFuture<Void> there = CompletableFuture.runAsync(() -> drainAndResolve(other));
        drainAndResolve(mirror);
        there.get();
        for (int round = 0; round < 2; round++) {
            drainAndResolve(mirror);
            drainAndResolve(other);
        }
        List<DocumentId> ids = IntStream.range(0, documents)
                .mapToObj(i -> DocumentId.of("d" + i))
                .toList();
        List<DocumentChange> settled = site.source().read(ids);
        assertThat(settled).hasSize(documents).allSatisfy(change -> {
            assertThat(live(change)).hasSize(1);
            assertThat(change.winner().body().get("text").asString()).isEqualTo("newer");
        });
        assertThat(mirror.query("SELECT * FROM notes ORDER BY couch_id"))
                .isEqualTo(other.query("SELECT * FROM notes ORDER BY couch_id"))
                .hasSize(documents);

        MySqlCheckpointStore.of(mirror.pool()).reset(STREAM);
        drainAndResolve(mirror);
        List<LeafDigest> again =
                site.source().read(ids).stream().map(DocumentChange::digest).toList();
        assertThat(again).isEqualTo(settled.stream().map(DocumentChange::digest).toList());
        assertThat(mirror.count("sync_write_backs")).isZero();
    }

    private String write(String json) throws Exception {
        return site.documents().write(json).orElseThrow();
    }

    /** Adds a leaf as replication does. */
    private void fork(String id, String revision, String parent, String fields) throws Exception {
        Revision leaf = Revision.of(revision);
        String path = "{\"start\":" + leaf.generation() + ",\"ids\":[\"" + leaf.hash() + "\",\""
                + Revision.of(parent).hash() + "\"]}";
        Documents.Answer answer = site.documents()
                .send(
                        "POST",
                        "/_bulk_docs",
                        "{\"new_edits\":false,\"docs\":[{\"_id\":\"" + id + "\",\"_rev\":\"" + revision
                                + "\",\"_revisions\":" + path + "," + fields + "}]}");
        assertThat(answer.status()).isEqualTo(201);
    }

    private void drain() throws InterruptedException {
        run(worker(mirror, Optional.empty()));
    }

    private void drainAndResolve() throws InterruptedException {
        run(worker(mirror, Optional.of(target)));
    }

    private void drainAndResolve(Site.Mirror into) {
        try {
            run(worker(into, Optional.of(target)));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static void run(SyncWorker worker) throws InterruptedException {
        try (worker) {
            worker.runOnce();
        }
    }

    private SyncWorker worker(Site.Mirror into, Optional<DocumentTarget> upstream) {
        SyncWorker.Builder builder = SyncWorker.builder(
                        Site.STREAM,
                        site.source(),
                        MAPPER,
                        MySqlMirrorSink.of(into.pool()),
                        MySqlCheckpointStore.of(into.pool()))
                .conflicts(POLICY)
                .options(SyncOptions.defaults())
                .listener(SyncListener.logging());
        return upstream.map(builder::resolveUpstream).orElse(builder).build();
    }

    private MySqlConflictArchive archive() {
        return MySqlConflictArchive.of(mirror.pool());
    }

    private List<String> texts() {
        return mirror.query("SELECT text FROM notes").stream()
                .map(row -> row.get(0))
                .toList();
    }

    private DocumentChange change(String id) {
        return site.source().read(List.of(DocumentId.of(id))).get(0);
    }

    private List<Document> live(String id) {
        return live(change(id));
    }

    private static List<Document> live(DocumentChange change) {
        return change.leaves().stream().filter(leaf -> !leaf.deleted()).toList();
    }
}
