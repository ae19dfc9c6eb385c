package dev.docmirror.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What every {@link ConflictArchive} has to keep: each losing version once, whole, with its first decision. */
public abstract class ConflictArchiveContractTest extends MirrorContract {

    @Test
    void of_everyField_isReadAsArchived() {
        String body = "{\"_id\":\"note\",\"_rev\":\"3-a\", \"b\":1.10,\"a\":123456789012345678901234567890,"
                + "\"text\":\"\\u0000 ü 😀\",\"b\":2}";
        ArchivedConflict archived = new ArchivedConflict(
                Documents.tombstone("note", "3-a", body),
                Optional.of(Instant.parse("2026-12-31T23:59:59.999999Z")),
                Optional.of("Größe"),
                Optional.of(Revision.of("12-b")),
                Optional.of(Instant.parse("1969-12-31T23:59:59.000001Z")),
                Outcome.CHOSEN,
                "last write wins by /updatedAt");
        archive(archived);
        assertThat(archive().of(stream, id("note"))).hasSize(1);
        assertSame(archive().of(stream, id("note")).get(0).conflict(), archived);
    }

    @Test
    void of_everyOutcome_isReadAsArchived() {
        List<ArchivedConflict> all = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            all.add(new ArchivedConflict(
                    Documents.document("note", (all.size() + 1) + "-a", "{}"),
                    Optional.empty(),
                    Optional.empty(),
                    outcome,
                    "rule " + outcome));
        }
        archive(all.toArray(ArchivedConflict[]::new));
        List<ArchiveEntry> read = archive().of(stream, id("note"));
        assertThat(read).hasSize(all.size());
        for (int i = 0; i < all.size(); i++) {
            assertSame(read.get(i).conflict(), all.get(i));
        }
    }

    @Test
    void archive_sameVersionAgain_keepsTheFirstDecision() {
        Document loser = Documents.document("note", "2-a", "{\"n\":1}");
        Document same = Documents.document("note", "2-a", "{\"n\":1}");
        archive(decided(loser, "first"), decided(same, "second"));
        archive(decided(same, "third"));
        assertThat(archive().count(stream)).isEqualTo(1);
        assertThat(archive().of(stream, id("note")))
                .extracting(entry -> entry.conflict().reason())
                .containsExactly("first");
    }

    @Test
    void archive_sameRevisionWithAnotherBody_keepsBoth() {
        archive(decided(Documents.document("note", "2-a", "{\"n\":1}"), "first"));
        archive(decided(Documents.document("note", "2-a", "{\"n\":2}"), "second"));
        assertThat(archive().of(stream, id("note")))
                .extracting(entry -> entry.conflict().reason())
                .containsExactly("first", "second");
    }

    @Test
    void archive_revisionsThatLookAlike_areVersionsOfTheirOwn() {
        archive(
                decided(Documents.document("note", "2-a", "{}"), "lower"),
                decided(Documents.document("note", "2-A", "{}"), "upper"),
                decided(Documents.document("note", "2-a ", "{}"), "padded"));
        assertThat(archive().count(stream)).isEqualTo(3);
    }

    @Test
    void archive_versionThatCouldNotBeRead_isKept() {
        archive(decided(Document.unreadable(id("note"), Revision.of("2-a"), false, "the source lost it"), "first"));
        assertThat(archive().of(stream, id("note")))
                .extracting(archived -> archived.conflict().loser().revision())
                .containsExactly(Revision.of("2-a"));
    }

    @Test
    void archive_idsThatLookAlike_areDocumentsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS;
        archive(ids.stream()
                .map(one -> decided(Documents.document(one.value(), "2-a", "{}"), "rule " + ids.indexOf(one)))
                .toArray(ArchivedConflict[]::new));
        assertThat(archive().count(stream)).isEqualTo(ids.size());
        for (DocumentId one : ids) {
            List<ArchiveEntry> archived = archive().of(stream, one);
            assertThat(archived)
                    .extracting(entry -> entry.conflict().reason())
                    .containsExactly("rule " + ids.indexOf(one));
            assertThat(archived.get(0).conflict().loser().id()).isEqualTo(one);
        }
    }

    @Test
    void of_severalDecisions_givesTheOldestFirst() {
        for (int i = 1; i <= 5; i++) {
            archive(decided(Documents.document("note", (10 - i) + "-a", "{}"), "decision " + i));
        }
        assertThat(archive().of(stream, id("note")))
                .extracting(entry -> entry.conflict().reason())
                .containsExactly("decision 1", "decision 2", "decision 3", "decision 4", "decision 5");
    }

    @Test
    void archive_manyLargeBodies_areKeptWhole() {
        List<ArchivedConflict> losers = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            losers.add(decided(
                    Documents.document("note", i + "-a", "{\"text\":\"" + "x".repeat(20_000) + i + "\"}"), "r"));
        }
        archive(losers.toArray(ArchivedConflict[]::new));
        assertThat(archive().count(stream)).isEqualTo(200);
        assertThat(archive().of(stream, id("note")))
                .extracting(archived -> archived.conflict().loser().text())
                .containsExactlyInAnyOrderElementsOf(
                        losers.stream().map(each -> each.loser().text()).toList());
    }

    @Test
    void archive_otherStream_isIndependent() {
        archive(decided(Documents.document("note", "2-a", "{}"), "first"));
        StreamId other = StreamId.of(stream.value().substring(1));
        assertThat(archive().count(other)).isZero();
        assertThat(archive().of(other, id("note"))).isEmpty();
        assertThat(archive().of(stream, id("other"))).isEmpty();
    }

    private ConflictArchive archive() {
        return mirror().archive();
    }

    private void archive(ArchivedConflict... losers) {
        try (MirrorTransaction transaction = begin()) {
            transaction.archive(List.of(losers));
            transaction.commit();
        }
    }

    private static ArchivedConflict decided(Document loser, String reason) {
        return new ArchivedConflict(
                loser, Optional.of("note"), Optional.of(Revision.of("9-z")), Outcome.CHOSEN, reason);
    }

    private static void assertSame(ArchivedConflict actual, ArchivedConflict expected) {
        assertThat(actual.loser().id()).isEqualTo(expected.loser().id());
        assertThat(actual.loser().revision()).isEqualTo(expected.loser().revision());
        assertThat(actual.loser().deleted()).isEqualTo(expected.loser().deleted());
        assertThat(actual.loser().text()).isEqualTo(expected.loser().text());
        assertThat(actual.loser().contentHash()).isEqualTo(expected.loser().contentHash());
        assertThat(actual.loserWrittenAt()).isEqualTo(expected.loserWrittenAt());
        assertThat(actual.chosenWrittenAt()).isEqualTo(expected.chosenWrittenAt());
        assertThat(actual.type()).isEqualTo(expected.type());
        assertThat(actual.chosen()).isEqualTo(expected.chosen());
        assertThat(actual.outcome()).isEqualTo(expected.outcome());
        assertThat(actual.reason()).isEqualTo(expected.reason());
    }
}
