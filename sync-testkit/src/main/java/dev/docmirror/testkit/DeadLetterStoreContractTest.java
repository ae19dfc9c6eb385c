package dev.docmirror.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetter.Kind;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.deadletter.ParkedLetter;
import dev.docmirror.mirror.MirrorTransaction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What every {@link DeadLetterStore} has to keep: one entry a document, the newest, until the document is written. */
public abstract class DeadLetterStoreContractTest extends MirrorContract {

    @Test
    void list_everyField_isReadAsParked() {
        for (Kind kind : Kind.values()) {
            DeadLetter letter = new DeadLetter(
                    id("ada"),
                    new Revision(123_456_789_012L, "0123456789abcdef0123456789abcdef"),
                    kind == Kind.POLICY ? Optional.empty() : Optional.of("Größe"),
                    kind,
                    "column ü of a table: " + "r".repeat(400));
            park(letter);
            assertThat(letters().list(stream, DeadLetterFilter.all(), 10)).containsExactly(letter);
        }
    }

    @Test
    void filter_kindsAndTypes_areToldApart() {
        park(letter("ada", "1-a", "first"), sealed("bob"), sealed("eve"));
        assertThat(letters().count(stream)).isEqualTo(1);
        assertThat(letters().count(stream, DeadLetterFilter.encrypted())).isEqualTo(2);
        assertThat(letters().count(stream, DeadLetterFilter.all())).isEqualTo(3);
        assertThat(letters().count(stream, DeadLetterFilter.all().withType("person")))
                .isEqualTo(1);
        assertThat(letters().list(stream, 10)).extracting(DeadLetter::id).containsExactly(id("ada"));
        assertThat(letters().list(stream, DeadLetterFilter.encrypted(), 10))
                .extracting(DeadLetter::id)
                .containsExactlyInAnyOrder(id("bob"), id("eve"));
    }

    @Test
    void ids_pageByPage_nameEachDocumentOnce() {
        park(letter("ada", "1-a", "first"), sealed("bob"), sealed("eve"), sealed("jim"), sealed("Eve"));
        Set<DocumentId> seen = new HashSet<>();
        Optional<DocumentId> after = Optional.empty();
        List<DocumentId> page = letters().ids(stream, DeadLetterFilter.encrypted(), after, 3);
        while (!page.isEmpty()) {
            assertThat(seen).doesNotContainAnyElementsOf(page);
            seen.addAll(page);
            after = Optional.of(page.get(page.size() - 1));
            page = letters().ids(stream, DeadLetterFilter.encrypted(), after, 3);
        }
        assertThat(seen).containsExactlyInAnyOrder(id("bob"), id("eve"), id("jim"), id("Eve"));
    }

    @Test
    void parked_pageByPage_tellsHowOftenAndWhenEachFailed() {
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"), sealed("eve"));
        park(letter("ada", "2-a", "second"));
        List<ParkedLetter> first = letters().parked(stream, DeadLetterFilter.poison(), Optional.empty(), 1);
        Optional<DocumentId> last = Optional.of(first.get(0).letter().id());
        List<ParkedLetter> both = new ArrayList<>(first);
        both.addAll(letters().parked(stream, DeadLetterFilter.poison(), last, 5));
        assertThat(both)
                .extracting(ParkedLetter::letter)
                .containsExactlyInAnyOrder(letter("ada", "2-a", "second"), letter("bob", "1-b", "first"));
        assertThat(both).allSatisfy(parked -> {
            boolean twice = parked.letter().id().equals(id("ada"));
            assertThat(parked.attempts()).isEqualTo(twice ? 2 : 1);
            assertThat(parked.lastAt())
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
            assertThat(parked.firstAt()).isBeforeOrEqualTo(parked.lastAt());
        });
        letters().discard(stream, List.of(id("ada")), "dr.ada", "done");
        assertThat(letters().parked(stream, DeadLetterFilter.poison(), Optional.empty(), 5))
                .hasSize(1);
    }

    @Test
    void park_sameDocumentAgain_replacesTheEntry() {
        park(letter("ada", "1-a", "first"));
        park(letter("ada", "2-a", "second"));
        assertThat(letters().count(stream)).isEqualTo(1);
        assertThat(letters().list(stream, 10)).containsExactly(letter("ada", "2-a", "second"));
    }

    @Test
    void list_several_givesTheNewestFirstUpToTheLimit() {
        park(letter("ada", "1-a", "1"));
        park(letter("bob", "1-b", "2"));
        park(letter("eve", "1-e", "3"));
        park(letter("ada", "2-a", "4"));
        assertThat(letters().list(stream, 10))
                .extracting(DeadLetter::id)
                .containsExactly(id("ada"), id("eve"), id("bob"));
        assertThat(letters().list(stream, 2)).extracting(DeadLetter::id).containsExactly(id("ada"), id("eve"));
        assertThat(letters().count(stream)).isEqualTo(3);
    }

    @Test
    void apply_parkedDocumentWritten_removesTheEntry() {
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"), letter("eve", "1-e", "first"));
        write(Version.of("ada", "2-a", person("Ada", "b1")), Version.of("bob", "2-b"));
        assertThat(letters().list(stream, 10)).containsExactly(letter("eve", "1-e", "first"));
    }

    @Test
    void apply_parkedDocumentRefused_keepsTheEntry() {
        write(Version.of("bob", "1-b", person("Bob", "taken")));
        park(letter("ada", "1-a", "first"));
        assertThat(write(Version.of("ada", "2-a", person("Ada", "taken")))).hasSize(1);
        assertThat(letters().list(stream, 10)).containsExactly(letter("ada", "1-a", "first"));
    }

    @Test
    void apply_rolledBack_keepsTheEntry() {
        park(letter("ada", "1-a", "first"));
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, Version.of("ada", "2-a", person("Ada", "b1")));
            transaction.park(List.of(letter("eve", "1-e", "first")));
        }
        assertThat(letters().list(stream, 10)).containsExactly(letter("ada", "1-a", "first"));
    }

    @Test
    void park_idsThatLookAlike_areDocumentsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS;
        park(ids.stream()
                .map(one -> letter(one.value(), "1-a", "reason " + ids.indexOf(one)))
                .toArray(DeadLetter[]::new));
        assertThat(letters().list(stream, 100)).extracting(DeadLetter::id).containsExactlyInAnyOrderElementsOf(ids);
        write(Version.of("a", "2-a"));
        assertThat(letters().list(stream, 100))
                .extracting(DeadLetter::id)
                .hasSize(ids.size() - 1)
                .contains(id("a "));
    }

    @Test
    void of_parkedDocument_isTheNewestEntry_untilTheDocumentIsWritten() {
        assertThat(letters().of(stream, id("ada"))).isEmpty();
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"));
        park(letter("ada", "2-a", "second"));
        assertThat(letters().of(stream, id("ada"))).contains(letter("ada", "2-a", "second"));
        write(Version.of("ada", "3-a", person("Ada", "b1")));
        assertThat(letters().of(stream, id("ada"))).isEmpty();
        assertThat(letters().of(stream, id("bob"))).contains(letter("bob", "1-b", "first"));
    }

    @Test
    void of_idsThatLookAlike_areDocumentsOfTheirOwn() {
        LookAlikes.IDS.forEach(one -> {
            assertThat(letters().of(stream, one)).isEmpty();
            park(letter(one.value(), "1-a", "reason " + LookAlikes.IDS.indexOf(one)));
        });
        assertThat(LookAlikes.IDS)
                .allSatisfy(one -> assertThat(letters().of(stream, one))
                        .contains(letter(one.value(), "1-a", "reason " + LookAlikes.IDS.indexOf(one))));
    }

    @Test
    void park_otherStream_isIndependent() {
        park(letter("ada", "1-a", "first"));
        StreamId other = StreamId.of(stream.value().substring(1));
        assertThat(letters().count(other)).isZero();
        assertThat(letters().list(other, 10)).isEmpty();
        assertThat(letters().of(other, id("ada"))).isEmpty();
    }

    @Test
    void discard_openLetter_isKeptAsARecordAndCountsNoMore() {
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"), sealed("eve"));
        assertThat(letters().discard(stream, List.of(id("ada"), id("never")), "dr.ada", "a test patient"))
                .isEqualTo(1);
        assertThat(letters().count(stream)).isEqualTo(1);
        assertThat(letters().list(stream, DeadLetterFilter.all(), 10))
                .extracting(DeadLetter::id)
                .containsExactlyInAnyOrder(id("bob"), id("eve"));
        assertThat(letters().ids(stream, DeadLetterFilter.all(), Optional.empty(), 10))
                .containsExactlyInAnyOrder(id("bob"), id("eve"));
        assertThat(letters().of(stream, id("ada"))).contains(letter("ada", "1-a", "first"));
        assertThat(letters().discarded(stream, 10)).singleElement().satisfies(discarded -> {
            assertThat(discarded.letter()).isEqualTo(letter("ada", "1-a", "first"));
            assertThat(discarded.by()).isEqualTo("dr.ada");
            assertThat(discarded.note()).isEqualTo("a test patient");
            assertThat(discarded.at())
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
        });
        assertThat(letters().discard(stream, List.of(id("ada")), "dr.eve", "again"))
                .isZero();
        assertThat(letters().discarded(stream, 10).get(0).by()).isEqualTo("dr.ada");
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.parked(List.of(id("ada")))).containsExactly(id("ada"));
        }
    }

    @Test
    void discard_byFilter_takesWhatItMeans() {
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"), sealed("eve"));
        assertThat(letters().discard(stream, DeadLetterFilter.poison(), "dr.ada", "all of them"))
                .isEqualTo(2);
        assertThat(letters().count(stream, DeadLetterFilter.all())).isEqualTo(1);
        assertThat(letters().discarded(stream, 1)).hasSize(1);
    }

    @Test
    void park_discardedDocument_isOpenAgainWithAnotherRevision() {
        park(letter("ada", "1-a", "first"));
        letters().discard(stream, DeadLetterFilter.all(), "dr.ada", "done");
        park(letter("ada", "1-a", "the same again"));
        assertThat(letters().count(stream)).isZero();
        assertThat(letters().discarded(stream, 10)).hasSize(1);
        park(letter("ada", "2-a", "another"));
        assertThat(letters().list(stream, 10)).containsExactly(letter("ada", "2-a", "another"));
        assertThat(letters().discarded(stream, 10)).isEmpty();
    }

    @Test
    void apply_discardedDocumentWritten_removesTheRecord() {
        park(letter("ada", "1-a", "first"));
        letters().discard(stream, DeadLetterFilter.all(), "dr.ada", "done");
        write(Version.of("ada", "2-a", person("Ada", "b1")));
        assertThat(letters().discarded(stream, 10)).isEmpty();
        assertThat(letters().of(stream, id("ada"))).isEmpty();
    }

    @Test
    void purge_discardedBefore_forgetsThoseAndNoOpenOnes() {
        park(letter("ada", "1-a", "first"), letter("bob", "1-b", "first"));
        letters().discard(stream, List.of(id("ada")), "dr.ada", "done");
        assertThat(letters().purge(stream, Instant.now().minusSeconds(3_600))).isZero();
        assertThat(letters().purge(stream, Instant.now().plusSeconds(3_600))).isEqualTo(1);
        assertThat(letters().discarded(stream, 10)).isEmpty();
        assertThat(letters().list(stream, 10)).containsExactly(letter("bob", "1-b", "first"));
    }

    @Test
    void mapping_isTheOneThatWasRememberedLast() {
        assertThat(letters().mapping(stream)).isEmpty();
        letters().mapping(stream, "2026-11");
        letters().mapping(stream, "2026-12 \u00fc");
        assertThat(letters().mapping(stream)).contains("2026-12 \u00fc");
        assertThat(letters().mapping(StreamId.of(stream.value().substring(1)))).isEmpty();
    }

    @Test
    void discard_byNobody_isRefused() {
        assertThatThrownBy(() -> letters().discard(stream, List.of(id("ada")), " ", "why"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private DeadLetterStore letters() {
        return mirror().deadLetters();
    }

    private void park(DeadLetter... poison) {
        try (MirrorTransaction transaction = begin()) {
            transaction.park(List.of(poison));
            transaction.commit();
        }
    }

    private static DeadLetter sealed(String id) {
        return new DeadLetter(
                DocumentId.of(id), Revision.of("1-a"), Optional.empty(), Kind.ENCRYPTED, "the key is not there");
    }

    private static DeadLetter letter(String id, String revision, String reason) {
        return new DeadLetter(DocumentId.of(id), Revision.of(revision), Optional.of("person"), Kind.MAPPING, reason);
    }
}
