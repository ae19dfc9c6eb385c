package dev.docmirror.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.conflict.Superseded;
import dev.docmirror.monitor.SyncEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;

/** What the worker does with protected versions and with decisions that go upstream. */
class GuardedDocumentTest {
    private static final String SIGNED = "{\"title\":\"final\",\"signed\":true}";

    private final Rig rig = new Rig();

    /** A version with {@code signed: true} stays; among several the greatest in CouchDB's order; drafts by that order. */
    private static final class Signed implements ConflictPolicy {
        @Override
        public Resolution resolve(Conflict conflict, ConflictContext context) {
            boolean gone = conflict.protection() == Protection.SIGNED
                    && conflict.leaves().stream()
                            .noneMatch(leaf -> leaf.revision()
                                    .equals(conflict.mirrored().orElseThrow().revision()));
            if (gone) {
                return new Resolution.Reject(Resolution.Rejection.REJECTED_IMMUTABLE, "signed");
            }
            Optional<Document> signed = conflict.leaves().stream()
                    .filter(leaf -> protection(leaf) == Protection.SIGNED)
                    .findFirst();
            return signed.<Resolution>map(leaf -> new Resolution.Choose(leaf, Outcome.REJECTED_IMMUTABLE, "signed"))
                    .orElseGet(Resolution.Defer::new);
        }

        @Override
        public Protection protection(Document document) {
            boolean signed = document.body().path("signed").asBoolean(false);
            return signed && !document.deleted() ? Protection.SIGNED : Protection.NONE;
        }

        @Override
        public Optional<Instant> writtenAt(Document document) {
            return Optional.ofNullable(document.body().get("at")).map(at -> Instant.parse(at.asString()));
        }
    }

    @BeforeEach
    void protect() {
        rig.policy = new Signed();
    }

    @Test
    void runOnce_signedVersionIsEdited_keepsItAndOpensADispute() throws Exception {
        rig.database.put("a", SIGNED);
        rig.runOnce();
        rig.database.put("a", title("tampered"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "final"));
        assertThat(rig.mirror.archived(Rig.STREAM)).singleElement().satisfies(entry -> {
            assertThat(entry.isOpen()).isTrue();
            assertThat(entry.conflict().type()).contains("notes");
        });
        assertThat(rig.mirror.registry(Rig.STREAM)).allMatch(entry -> entry.disputed());
        assertThat(rig.mirror.sink().writeBacks(Rig.STREAM, 10)).isEmpty();
    }

    @Test
    void runOnce_signedVersionIsForked_archivesTheForkAsRejected() throws Exception {
        Revision first = rig.database.put("a", title("draft"));
        Revision signed = rig.database.put("a", SIGNED);
        rig.runOnce();
        rig.database.fork("a", "2-ffffffffffffffffffffffffffffffff", first.toString(), title("fork"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "final"));
        assertThat(rig.mirror.archived(Rig.STREAM))
                .extracting(entry -> entry.conflict().outcome())
                .containsExactly(Outcome.REJECTED_IMMUTABLE);
        assertThat(rig.events(SyncEvent.ConflictResolved.class))
                .singleElement()
                .satisfies(event -> assertThat(event.chosen()).contains(signed));
    }

    @Test
    void runOnce_twoSignedVersions_raisesAnAlarm() throws Exception {
        Revision first = rig.database.put("a", title("draft"));
        rig.database.put("a", SIGNED);
        rig.database.fork(
                "a", "2-ffffffffffffffffffffffffffffffff", first.toString(), "{\"title\":\"other\",\"signed\":true}");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "other"));
        assertThat(rig.events(SyncEvent.SignedVersionsDiffer.class))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.revisions()).hasSize(2));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
    }

    @Test
    void runOnce_versionFromTheFuture_isMirroredAndFlagged() throws Exception {
        Revision written = rig.database.put("a", "{\"title\":\"later\",\"at\":\"2999-01-01T00:00:00Z\"}");
        rig.database.put("b", "{\"title\":\"now\",\"at\":\"2026-01-01T00:00:00Z\"}");
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("a", "later");
        assertThat(rig.events(SyncEvent.WrittenInFuture.class)).singleElement().satisfies(event -> {
            assertThat(event.revision()).isEqualTo(written);
            assertThat(event.ahead()).isPositive();
        });
    }

    @Test
    void runOnce_conflict_archivesBothTimes() throws Exception {
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), "{\"at\":\"2026-01-02T00:00:00.123456789Z\"}");
        rig.database.fork("a", "2-aaa", first.toString(), "{\"at\":\"1969-01-01T00:00:00Z\"}");
        rig.runOnce();
        assertThat(rig.mirror.archived(Rig.STREAM)).singleElement().satisfies(entry -> {
            assertThat(entry.conflict().loserWrittenAt()).contains(Instant.parse("1969-01-01T00:00:00Z"));
            assertThat(entry.conflict().chosenWrittenAt()).contains(Instant.parse("2026-01-02T00:00:00.123456Z"));
            assertThat(entry.isOpen()).isFalse();
        });
    }

    @Test
    void upstream_losingLeaf_isClosedWithAMarkedTombstone() throws Exception {
        rig.upstream = true;
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        assertThat(live("a")).containsExactly("left");
        assertThat(leaves("a")).anyMatch(Superseded::marks);
        assertThat(rig.events(SyncEvent.ResolvedUpstream.class)).singleElement().satisfies(event -> {
            assertThat(event.written()).isEmpty();
            assertThat(event.closed()).containsExactly(Revision.of("2-aaa"));
        });
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(1);
        assertThat(rig.events(SyncEvent.ConflictResolved.class)).hasSize(1);
        assertThat(rig.mirror.sink().writeBacks(Rig.STREAM, 10)).isEmpty();
    }

    @Test
    void upstream_editOfASignedVersion_isReplacedByTheSignedOne() throws Exception {
        rig.upstream = true;
        rig.database.put("a", SIGNED);
        rig.runOnce();
        rig.database.put("a", title("tampered"));
        rig.runOnce();
        assertThat(live("a")).containsExactly("final");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "final"));
        assertThat(rig.mirror.archived(Rig.STREAM)).singleElement().satisfies(entry -> {
            assertThat(entry.isOpen()).isFalse();
            assertThat(entry.closed()).map(ArchiveEntry.Closing::by).contains("docmirror");
        });
        assertThat(rig.mirror.registry(Rig.STREAM)).noneMatch(entry -> entry.disputed());
        long changes = rig.database.get(id("a")).orElseThrow().digest().weight();
        rig.runOnce();
        assertThat(rig.database.get(id("a")).orElseThrow().digest().weight()).isEqualTo(changes);
    }

    @Test
    void upstream_deletionAndForkOfASignedVersion_areUndone() throws Exception {
        rig.upstream = true;
        Revision first = rig.database.put("a", title("draft"));
        rig.database.put("a", SIGNED);
        rig.runOnce();
        rig.database.delete("a");
        rig.runOnce();
        assertThat(live("a")).containsExactly("final");
        rig.database.fork("a", "2-ffffffffffffffffffffffffffffffff", first.toString(), title("fork"));
        rig.runOnce();
        rig.runOnce();
        assertThat(live("a")).containsExactly("final");
        assertThat(rig.notes()).isEqualTo(Map.of("a", "final"));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(2);
    }

    @Test
    void upstream_merge_isWrittenOnTheWinner_andAllInputsClosed() throws Exception {
        rig.upstream = true;
        rig.policy = (conflict, context) -> conflict.leaves().size() > 1
                ? new Resolution.Merge(
                        conflict.leaves().get(0).body().deepCopy().put("title", "merged"), "both")
                : new Resolution.Defer();
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        assertThat(live("a")).containsExactly("merged");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "merged"));
        assertThat(rig.mirror.archived(Rig.STREAM)).hasSize(2);
    }

    @Test
    void upstream_refused_isToldAndForgotten() throws Exception {
        rig.upstream = true;
        rig.database.validate(edit -> edit.deleted() ? Optional.of("forbidden") : Optional.empty());
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
        rig.runOnce();
        assertThat(rig.events(SyncEvent.UpstreamRefused.class))
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).isEqualTo("forbidden"));
        assertThat(rig.mirror.sink().writeBacks(Rig.STREAM, 10)).isEmpty();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
    }

    private List<Document> leaves(String id) {
        return rig.database.get(id(id)).map(DocumentChange::leaves).orElseThrow();
    }

    private List<String> live(String id) {
        return leaves(id).stream()
                .filter(leaf -> !leaf.deleted())
                .map(leaf -> leaf.body().path("title").asString())
                .toList();
    }
}
