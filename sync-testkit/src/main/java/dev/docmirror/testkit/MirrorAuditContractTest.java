package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static dev.docmirror.testkit.ContractTables.PHONES;
import static org.assertj.core.api.Assertions.assertThat;

/** What every mirror has to tell of itself, so that it can be held against its source. */
public abstract class MirrorAuditContractTest extends MirrorContract {

    @Test
    void registered_pageByPage_namesEachDocumentOnce() {
        for (DocumentId id : LookAlikes.IDS) {
            write(Version.of(id, "1-a"));
        }
        List<MirroredDocument> seen = new ArrayList<>();
        List<MirroredDocument> page = mirror().sink().registered(stream, Optional.empty(), 2);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            seen.addAll(page);
            DocumentId last = page.get(page.size() - 1).id();
            page = mirror().sink().registered(stream, Optional.of(last), 2);
        }
        assertThat(seen).extracting(MirroredDocument::id).containsExactlyInAnyOrderElementsOf(LookAlikes.IDS);
        assertThat(seen).allSatisfy(entry -> assertThat(entry(entry.id())).contains(entry));
    }

    @Test
    void rowHashes_sameRows_areEqual_andEachChangedValueShows() {
        Version ada = Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2"));
        write(ada);
        ContentHash before = hash(ada);
        write(ada);
        assertThat(hash(ada)).isEqualTo(before);
        write(Version.of("ada", "1-a", person("ada", "b1"), phones("1", "2")));
        assertThat(hash(ada)).isNotEqualTo(before);
        write(Version.of("ada", "1-a", person("Ada", null), phones("1", "2")));
        assertThat(hash(ada)).isNotEqualTo(before);
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2", "2")));
        assertThat(hash(ada)).isNotEqualTo(before);
        write(Version.of("ada", "1-a", person("Ada", "b1"), phones("2", "1")));
        assertThat(hash(ada)).isNotEqualTo(before);
        write(ada);
        assertThat(hash(ada)).isEqualTo(before);
    }

    @Test
    void rowHashes_rowsThatAreGone_differFromThoseThatAreThere() {
        Version ada = Version.of("ada", "1-a", person("Ada", "b1"));
        write(ada);
        ContentHash before = hash(ada);
        MirroredDocument entry = entry(id("ada")).orElseThrow();
        try (MirrorTransaction transaction = begin()) {
            transaction.apply(
                    List.of(new DocumentWrite(entry, Optional.of(entry), List.of(new RowChange.Delete(PEOPLE)))));
            assertThat(transaction.rowHashes(List.of(toWrite(ada))).get(id("ada")))
                    .isNotEqualTo(before);
        }
        assertThat(hash(ada)).isEqualTo(before);
    }

    @Test
    void forget_document_leavesNoTraceOfIt_andNothingElseChanges() {
        write(
                Version.of("ada", "1-a", person("Ada", "b1"), phones("1", "2")),
                Version.of("bob", "1-b", person("Bob", "b2"), phones("3")));
        try (MirrorTransaction transaction = begin()) {
            transaction.park(List.of(letter("eve"), letter("bob")));
            assertThat(transaction.forget(List.of(id("ada"), id("eve"), id("never"))))
                    .containsExactly(id("ada"));
            transaction.commit();
        }
        assertThat(entry(id("ada"))).isEmpty();
        assertThat(entry(id("bob"))).isPresent();
        assertThat(column(PEOPLE, "name")).containsExactly("Bob");
        assertThat(column(PHONES, "number")).containsExactly("3");
        assertThat(mirror().deadLetters().list(stream, 9))
                .extracting(DeadLetter::id)
                .containsExactly(id("bob"));
        write(Version.of("ada", "1-a", person("Ada", "b1")));
        assertThat(column(PEOPLE, "name")).containsExactlyInAnyOrder("Ada", "Bob");
    }

    @Test
    void forget_protectedDocument_staysAsItIs() {
        Version ada = Version.of("ada", "1-a", person("Ada", "b1"));
        MirroredDocument signed = new MirroredDocument(
                ada.id(),
                ada.entry().type(),
                ada.entry().tables(),
                ada.revision(),
                ada.entry().contentHash(),
                false,
                Protection.SIGNED,
                ada.entry().leaves(),
                false);
        try (MirrorTransaction transaction = begin()) {
            transaction.apply(List.of(new DocumentWrite(
                    signed, Optional.empty(), ada.rows(), Optional.of(Documents.document("ada", "1-a", "{}")))));
            transaction.commit();
        }
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.forget(List.of(id("ada")))).isEmpty();
            transaction.commit();
        }
        assertThat(entry(id("ada"))).contains(signed);
        assertThat(column(PEOPLE, "name")).containsExactly("Ada");
    }

    private ContentHash hash(Version version) {
        try (MirrorTransaction transaction = begin()) {
            Map<DocumentId, ContentHash> hashes = transaction.rowHashes(List.of(toWrite(version)));
            assertThat(hashes).containsOnlyKeys(version.id());
            return Objects.requireNonNull(hashes.get(version.id()));
        }
    }

    private static DocumentWrite toWrite(Version version) {
        return new DocumentWrite(version.entry(), Optional.empty(), version.rows());
    }

    private static DeadLetter letter(String id) {
        return new DeadLetter(id(id), Revision.of("1-a"), Optional.empty(), DeadLetter.Kind.MAPPING, "a reason");
    }
}
