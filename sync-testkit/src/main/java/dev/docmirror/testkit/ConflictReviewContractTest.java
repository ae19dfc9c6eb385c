package dev.docmirror.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link ConflictArchive} has to keep for those who review it: what waits is found, in order and page by page;
 * who closed it and why is kept; nothing that waits is ever forgotten.
 */
public abstract class ConflictReviewContractTest extends MirrorContract {
    private static final Instant FOREVER = Instant.parse("9999-12-31T23:59:59.999999Z");

    @Test
    void add_localWriteThatLost_isArchivedOnceAndOpen() {
        ArchivedConflict lost = new ArchivedConflict(
                Documents.document("note", "3-local", "{\"n\":1}"),
                Optional.of("note"),
                Optional.of(Revision.of("3-server")),
                Outcome.REVIEW,
                "a local write");
        mirror().archive().add(stream, lost);
        mirror().archive().add(stream, lost);
        assertThat(mirror().archive().open(stream, OpenConflicts.first(5)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.conflict().reason()).isEqualTo("a local write"));
    }

    @Test
    void archive_everyOutcome_isOpenIfItWaits() {
        for (Outcome outcome : Outcome.values()) {
            archive(entry("note", "note", "1-" + outcome, outcome));
        }
        List<ArchiveEntry> entries = archive().of(stream, id("note"));
        assertThat(entries).hasSize(Outcome.values().length).allSatisfy(entry -> {
            assertThat(entry.isOpen()).isEqualTo(entry.conflict().outcome().isOpen());
            assertThat(entry.closed()).isEmpty();
        });
        assertThat(open(OpenConflicts.first(100)))
                .containsExactly("1-REJECTED_IMMUTABLE", "1-REJECTED_LOCKED", "1-REVIEW");
    }

    @Test
    void of_entry_hasANumberAndTheTimeOfItsDetection() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        archive(entry("b", "note", "1-b", Outcome.REVIEW));
        ArchiveEntry first = archive().of(stream, id("a")).get(0);
        ArchiveEntry second = archive().of(stream, id("b")).get(0);
        assertThat(first.number()).isPositive().isLessThan(second.number());
        assertThat(first.detectedAt())
                .isBeforeOrEqualTo(second.detectedAt())
                .isBetween(
                        Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(1)));
        assertThat(archive().open(stream, OpenConflicts.first(1)))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.number()).isEqualTo(first.number());
                    assertThat(entry.detectedAt()).isEqualTo(first.detectedAt());
                    assertThat(entry.conflict().loser().id()).isEqualTo(id("a"));
                    assertThat(entry.conflict().loser().text()).isEqualTo("{\"is\":\"1-a\"}");
                });
    }

    @Test
    void open_pageByPage_givesEachOnceOldestFirst() {
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 25; i++) {
            archive(entry("doc-" + (30 - i), "note", i + "-a", i % 5 == 0 ? Outcome.CHOSEN : Outcome.REVIEW));
            if (i % 5 != 0) {
                expected.add(i + "-a");
            }
        }
        List<String> found = new ArrayList<>();
        OpenConflicts page = OpenConflicts.first(7);
        List<ArchiveEntry> entries = archive().open(stream, page);
        while (!entries.isEmpty()) {
            assertThat(entries).hasSizeLessThanOrEqualTo(7);
            entries.forEach(
                    entry -> found.add(entry.conflict().loser().revision().toString()));
            page = page.after(entries.get(entries.size() - 1));
            entries = archive().open(stream, page);
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void open_ofType_comparesItExactly() {
        archive(
                entry("a", "note", "1-a", Outcome.REVIEW),
                entry("b", "Note", "1-b", Outcome.REVIEW),
                entry("c", "note ", "1-c", Outcome.REVIEW),
                entry("d", "nöte", "1-d", Outcome.REVIEW),
                untyped("e", "1-e"));
        assertThat(open(OpenConflicts.first(9).ofType("note"))).containsExactly("1-a");
        assertThat(open(OpenConflicts.first(9).ofType("Note"))).containsExactly("1-b");
        assertThat(open(OpenConflicts.first(9).ofType("note "))).containsExactly("1-c");
        assertThat(open(OpenConflicts.first(9).ofType("nöte"))).containsExactly("1-d");
        assertThat(open(OpenConflicts.first(9).ofType("other"))).isEmpty();
        assertThat(open(OpenConflicts.first(9))).hasSize(5);
    }

    @Test
    void open_before_leavesOutWhatWasDetectedThenOrLater() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        Instant detected = archive().of(stream, id("a")).get(0).detectedAt();
        assertThat(open(OpenConflicts.first(9).before(detected))).isEmpty();
        assertThat(open(OpenConflicts.first(9).before(detected.plusNanos(1)))).containsExactly("1-a");
        assertThat(open(OpenConflicts.first(9).before(FOREVER).ofType("note"))).containsExactly("1-a");
        assertThat(open(OpenConflicts.first(9).before(Instant.MAX))).containsExactly("1-a");
        assertThat(open(OpenConflicts.first(9).before(Instant.MIN))).isEmpty();
    }

    @Test
    void open_anyId_isReadExactly() {
        for (DocumentId one : LookAlikes.IDS) {
            archive(entry(one.value(), "note", "1-a", Outcome.REVIEW));
        }
        assertThat(archive().open(stream, OpenConflicts.first(100)))
                .extracting(entry -> entry.conflict().loser().id())
                .isEqualTo(LookAlikes.IDS);
    }

    @Test
    void close_openEntries_saysWhoWhenAndWhy() {
        String who = "Dr. Żółć 😀 " + "x".repeat(180);
        archive(
                entry("a", "note", "1-a", Outcome.REVIEW),
                entry("a", "note", "1-b", Outcome.REJECTED_LOCKED),
                entry("a", "note", "1-c", Outcome.CHOSEN),
                entry("b", "note", "1-d", Outcome.REVIEW));
        assertThat(archive().close(stream, id("a"), who.substring(0, 180), "wir haben\ntelefoniert ☎"))
                .isEqualTo(2);
        List<ArchiveEntry> entries = archive().of(stream, id("a"));
        assertThat(entries).noneMatch(ArchiveEntry::isOpen);
        for (ArchiveEntry entry : entries.subList(0, 2)) {
            ArchiveEntry.Closing closing = entry.closed().orElseThrow();
            assertThat(closing.by()).isEqualTo(who.substring(0, 180));
            assertThat(closing.note()).isEqualTo("wir haben\ntelefoniert ☎");
            assertThat(closing.at()).isAfterOrEqualTo(entry.detectedAt());
        }
        assertThat(entries.get(2).closed()).isEmpty();
        assertThat(open(OpenConflicts.first(9))).containsExactly("1-d");
        assertThat(archive().count(stream)).isEqualTo(4);
    }

    @Test
    void close_byNobody_isRefusedWhetherAnyIsOpenOrNot() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        for (String nobody : List.of("", " ", "\n\t", "x".repeat(192))) {
            for (String one : List.of("a", "unknown")) {
                assertThatThrownBy(() -> archive().close(stream, id(one), nobody, ""))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("by: must have 1 to 191 characters");
            }
        }
        assertThat(archive().countOpen(stream)).isEqualTo(1);
        assertThat(archive().close(stream, id("a"), "😀".repeat(191), "")).isEqualTo(1);
    }

    @Test
    void countOpen_entriesThatWait_areCounted() {
        assertThat(archive().countOpen(stream)).isZero();
        archive(
                entry("a", "note", "1-a", Outcome.REVIEW),
                entry("a", "note", "1-b", Outcome.REJECTED_LOCKED),
                entry("b", "note", "1-c", Outcome.CHOSEN),
                entry("c", "note", "1-d", Outcome.REVIEW));
        assertThat(archive().countOpen(stream)).isEqualTo(3);
        assertThat(archive().countOpen(other())).isZero();
        archive().close(stream, id("a"), "nurse", "");
        assertThat(archive().countOpen(stream)).isEqualTo(1);
    }

    @Test
    void close_again_leavesTheFirstWord() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        assertThat(archive().close(stream, id("a"), "first", "")).isEqualTo(1);
        assertThat(archive().close(stream, id("a"), "second", "no")).isZero();
        assertThat(archive().of(stream, id("a")).get(0).closed().orElseThrow().by())
                .isEqualTo("first");
        assertThat(archive().close(stream, id("unknown"), "first", "")).isZero();
        assertThat(archive().close(other(), id("a"), "first", "")).isZero();
    }

    @Test
    void archive_afterClosing_opensOnlyForAnotherVersion() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        archive().close(stream, id("a"), "nurse", "");
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        assertThat(open(OpenConflicts.first(9))).isEmpty();
        archive(entry("a", "note", "1-b", Outcome.REVIEW));
        assertThat(open(OpenConflicts.first(9))).containsExactly("1-b");
    }

    @Test
    void settle_manyDocuments_closesTheirOpenEntriesByDocmirror() {
        List<DocumentId> settled = new ArrayList<>();
        List<ArchivedConflict> losers = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            losers.add(entry("doc-" + i, "note", "1-a", Outcome.REVIEW));
            if (i % 2 == 0) {
                settled.add(id("doc-" + i));
            }
        }
        archive(losers.toArray(ArchivedConflict[]::new));
        try (MirrorTransaction transaction = begin()) {
            transaction.settle(settled, "a later version");
            transaction.settle(List.of(), "nothing");
            transaction.commit();
        }
        assertThat(open(OpenConflicts.first(2_000))).hasSize(600);
        ArchiveEntry.Closing closing =
                archive().of(stream, id("doc-0")).get(0).closed().orElseThrow();
        assertThat(closing.by()).isEqualTo(MirrorTransaction.SETTLED_BY);
        assertThat(closing.note()).isEqualTo("a later version");
        assertThat(archive().of(stream, id("doc-1")).get(0).isOpen()).isTrue();
    }

    @Test
    void settle_rolledBack_closesNothing() {
        archive(entry("a", "note", "1-a", Outcome.REVIEW));
        try (MirrorTransaction transaction = begin()) {
            transaction.settle(List.of(id("a")), "a later version");
        }
        assertThat(open(OpenConflicts.first(9))).containsExactly("1-a");
    }

    @Test
    void purge_before_forgetsWhatIsNotOpenAndOlder() {
        archive(
                entry("a", "note", "1-a", Outcome.REVIEW),
                entry("a", "note", "1-b", Outcome.CHOSEN),
                entry("a", "note", "1-c", Outcome.MERGED),
                entry("b", "note", "1-d", Outcome.REJECTED_IMMUTABLE));
        archive().close(stream, id("b"), "nurse", "");
        Instant detected = archive().of(stream, id("a")).get(0).detectedAt();
        assertThat(archive().purge(stream, detected)).isZero();
        assertThat(archive().purge(other(), FOREVER)).isZero();
        assertThat(archive().purge(stream, FOREVER)).isEqualTo(3);
        assertThat(archive().of(stream, id("a")))
                .extracting(entry -> entry.conflict().outcome())
                .containsExactly(Outcome.REVIEW);
        archive().close(stream, id("a"), "nurse", "");
        assertThat(archive().purge(stream, Instant.MAX)).isEqualTo(1);
        assertThat(archive().count(stream)).isZero();
    }

    @Test
    void purge_manyEntries_forgetsAllButTheOpenOnes() {
        List<ArchivedConflict> losers = new ArrayList<>();
        for (int i = 1; i <= 2_500; i++) {
            losers.add(entry("note", "note", i + "-a", i % 500 == 0 ? Outcome.REVIEW : Outcome.CHOSEN));
        }
        archive(losers.toArray(ArchivedConflict[]::new));
        assertThat(archive().purge(stream, FOREVER)).isEqualTo(2_495);
        assertThat(archive().count(stream)).isEqualTo(5);
    }

    @Test
    void archive_timesOfAnyYear_areKeptOrLeftOut() {
        Instant before1970 = Instant.parse("1969-12-31T23:59:59.999999Z");
        Instant after2038 = Instant.parse("2999-12-31T23:59:59.000001Z");
        archive(timed("1-a", Optional.of(before1970), Optional.of(after2038)));
        archive(timed("1-b", Optional.of(Instant.parse("+12000-01-01T00:00:00Z")), Optional.of(Instant.EPOCH)));
        archive(timed("1-c", Optional.of(Instant.parse("-0001-01-01T00:00:00Z")), Optional.empty()));
        List<ArchiveEntry> entries = archive().of(stream, id("note"));
        assertThat(entries).hasSize(3);
        assertThat(entries.get(0).conflict().loserWrittenAt()).contains(before1970);
        assertThat(entries.get(0).conflict().chosenWrittenAt()).contains(after2038);
        assertThat(entries.get(1).conflict().loserWrittenAt())
                .as("left out, or exact")
                .isIn(Optional.empty(), Optional.of(Instant.parse("+12000-01-01T00:00:00Z")));
        assertThat(entries.get(1).conflict().chosenWrittenAt()).contains(Instant.EPOCH);
        assertThat(entries.get(2).conflict().chosenWrittenAt()).isEmpty();
    }

    private ConflictArchive archive() {
        return mirror().archive();
    }

    private StreamId other() {
        return StreamId.of(stream.value().substring(1));
    }

    private List<String> open(OpenConflicts page) {
        return archive().open(stream, page).stream()
                .map(entry -> entry.conflict().loser().revision().toString())
                .toList();
    }

    private void archive(ArchivedConflict... losers) {
        try (MirrorTransaction transaction = begin()) {
            transaction.archive(List.of(losers));
            transaction.commit();
        }
    }

    private static ArchivedConflict entry(String id, String type, String revision, Outcome outcome) {
        return new ArchivedConflict(
                Documents.document(id, revision, "{\"is\":\"" + revision + "\"}"),
                Optional.of(type),
                Optional.of(Revision.of("9-z")),
                outcome,
                "a rule");
    }

    private static ArchivedConflict untyped(String id, String revision) {
        return new ArchivedConflict(
                Documents.document(id, revision, "{}"), Optional.empty(), Optional.empty(), Outcome.REVIEW, "a rule");
    }

    private static ArchivedConflict timed(String revision, Optional<Instant> loser, Optional<Instant> chosen) {
        return new ArchivedConflict(
                Documents.document("note", revision, "{}"),
                loser,
                Optional.empty(),
                Optional.of(Revision.of("9-z")),
                chosen,
                Outcome.REVIEW,
                "a rule");
    }
}
