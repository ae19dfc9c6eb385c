package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.mirror.WriteBack;
import org.junit.jupiter.api.Test;

import static dev.docmirror.testkit.ContractTables.PEOPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every mirror has to keep of decisions: protected versions whole, as long as they are protected, and what is to be
 * written upstream, until that was done.
 */
public abstract class DecisionContractTest extends MirrorContract {

    @Test
    void protectedVersions_protectedDocument_isReadAsWritten() {
        String body = "{\"_id\":\"note\",\"_rev\":\"3-a\", \"b\":1.10,\"a\":123456789012345678901234567890,"
                + "\"text\":\"\\u0000 ü 😀 ' \\\\\",\"b\":2}";
        Document signed = Documents.document("note", "3-a", body);
        Document locked = Documents.tombstone("gone", "12-b", "{\"_deleted\":true}");
        assertThat(apply(
                        kept(signed, Protection.SIGNED),
                        kept(locked, Protection.LOCKED),
                        plain(Documents.document("draft", "1-c", "{}"))))
                .isEmpty();

        Map<DocumentId, Document> found = protectedVersions(id("note"), id("gone"), id("draft"), id("unknown"));
        assertThat(found).containsOnlyKeys(id("note"), id("gone"));
        assertSame(of(found, id("note")), signed);
        assertSame(of(found, id("gone")), locked);
    }

    @Test
    void protectedVersions_anotherVersion_replacesTheFormer() {
        apply(kept(Documents.document("note", "1-a", "{\"n\":1}"), Protection.LOCKED));
        Document second = Documents.document("note", "2-a", "{\"n\":2}");
        apply(kept(second, Protection.SIGNED));
        assertSame(of(protectedVersions(id("note")), id("note")), second);
    }

    @Test
    void protectedVersions_stillProtectedWithoutAVersion_keepsWhatWas() {
        Document signed = Documents.document("note", "1-a", "{\"n\":1}");
        apply(kept(signed, Protection.SIGNED));
        Document later = Documents.document("note", "2-a", "{\"n\":1}");
        apply(write(later, Protection.SIGNED, Optional.empty()));
        assertSame(of(protectedVersions(id("note")), id("note")), signed);
    }

    @Test
    void protectedVersions_noLongerProtected_areForgotten() {
        apply(
                kept(Documents.document("note", "1-a", "{}"), Protection.LOCKED),
                kept(Documents.document("other", "1-a", "{}"), Protection.LOCKED));
        apply(plain(Documents.document("note", "2-a", "{}")));
        assertThat(protectedVersions(id("note"), id("other"))).containsOnlyKeys(id("other"));
        apply(write(Documents.document("note", "3-a", "{}"), Protection.SIGNED, Optional.empty()));
        assertThat(protectedVersions(id("note"))).isEmpty();
    }

    @Test
    void protectedVersions_rolledBack_areNotKept() {
        Document first = Documents.document("note", "1-a", "{\"n\":1}");
        apply(kept(first, Protection.SIGNED));
        try (MirrorTransaction transaction = begin()) {
            apply(transaction, kept(Documents.document("note", "2-a", "{\"n\":2}"), Protection.SIGNED));
        }
        assertSame(of(protectedVersions(id("note")), id("note")), first);
    }

    @Test
    void protectedVersions_refusedDocument_isNotKept() {
        write(Version.of("ada", "1-a", person("Ada", "b1")));
        Document twin = Documents.document("twin", "1-a", "{}");
        MirroredDocument state = state(twin, Protection.SIGNED, List.of(TableKey.of(PEOPLE)));
        RowChange sameBadge = person("Twin", "b1");
        List<DeadLetter> refused =
                apply(new DocumentWrite(state, Optional.empty(), List.of(sameBadge), Optional.of(twin)));
        assertThat(refused).extracting(DeadLetter::id).containsExactly(id("twin"));
        assertThat(protectedVersions(id("twin"))).isEmpty();
    }

    @Test
    void protectedVersions_manyAndLarge_areAllKept() {
        List<DocumentWrite> writes = new ArrayList<>();
        List<DocumentId> ids = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            int length = i % 100 == 0 ? 100_000 : 10;
            String body = "{\"text\":\"" + "x".repeat(length) + i + "\"}";
            writes.add(kept(Documents.document("doc-" + i, "1-a", body), Protection.SIGNED));
            ids.add(id("doc-" + i));
        }
        apply(writes.toArray(DocumentWrite[]::new));
        Map<DocumentId, Document> found = protectedVersions(ids.toArray(DocumentId[]::new));
        assertThat(found).hasSize(1_100);
        writes.forEach(write -> assertSame(
                of(found, write.state().id()), write.protectedVersion().orElseThrow()));
    }

    @Test
    void protectedVersions_idsThatLookAlike_areVersionsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS;
        apply(ids.stream()
                .map(one -> kept(
                        Documents.document(one.value(), "1-a", "{\"n\":" + ids.indexOf(one) + "}"), Protection.LOCKED))
                .toArray(DocumentWrite[]::new));
        Map<DocumentId, Document> found = protectedVersions(ids.toArray(DocumentId[]::new));
        ids.forEach(one -> assertThat(of(found, one).text()).isEqualTo("{\"n\":" + ids.indexOf(one) + "}"));
    }

    @Test
    void writeBacks_remembered_waitInOrderUntilDone() {
        remember("c", "a");
        remember("b");
        assertThat(waiting(10)).containsExactly("c", "a", "b");
        assertThat(waiting(2)).containsExactly("c", "a");
        List<WriteBack> first = mirror().sink().writeBacks(stream, 2);
        mirror().sink().writtenBack(lease(), first);
        assertThat(waiting(10)).containsExactly("b");
        mirror().sink().writtenBack(lease(), first);
        mirror().sink().writtenBack(lease(), List.of());
        assertThat(waiting(10)).containsExactly("b");
    }

    @Test
    void writeBacks_rememberedAgainMeanwhile_stay() {
        remember("a", "b");
        List<WriteBack> taken = mirror().sink().writeBacks(stream, 10);
        remember("a");
        List<WriteBack> now = mirror().sink().writeBacks(stream, 10);
        assertThat(now).extracting(WriteBack::id).containsExactlyInAnyOrder(id("a"), id("b"));
        assertThat(now).containsAnyElementsOf(taken).isNotEqualTo(taken);
        mirror().sink().writtenBack(lease(), taken);
        assertThat(waiting(10)).containsExactly("a");
        mirror().sink().writtenBack(lease(), mirror().sink().writeBacks(stream, 10));
        remember("a");
        mirror().sink().writtenBack(lease(), now);
        assertThat(waiting(10)).containsExactly("a");
    }

    @Test
    void writeBacks_many_areAllForgottenWhenDone() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            ids.add("doc-" + (1_000 - i));
        }
        remember(ids.toArray(String[]::new));
        assertThat(waiting(1_000)).isEqualTo(ids);
        mirror().sink()
                .writtenBack(lease(), mirror().sink().writeBacks(stream, 1_000).subList(0, 699));
        assertThat(waiting(1_000)).containsExactly("doc-301");
    }

    @Test
    void writeBacks_anyId_isReadExactly() {
        remember(LookAlikes.IDS.stream().map(DocumentId::value).toArray(String[]::new));
        assertThat(mirror().sink().writeBacks(stream, 100))
                .extracting(WriteBack::id)
                .isEqualTo(LookAlikes.IDS);
    }

    @Test
    void writeBacks_rolledBackOrOfAnotherStream_doNotWait() {
        try (MirrorTransaction transaction = begin()) {
            transaction.writeBack(List.of(id("a")));
        }
        assertThat(waiting(10)).isEmpty();
        remember("a");
        assertThat(mirror().sink().writeBacks(StreamId.of(stream.value().substring(1)), 10))
                .isEmpty();
    }

    @Test
    void writtenBack_leaseLost_throwsAndForgetsNothing() {
        remember("a");
        Lease lost = lease();
        try (Lease taken = grant("contract", LONG).orElseThrow()) {
            List<WriteBack> waiting = mirror().sink().writeBacks(stream, 10);
            assertThatThrownBy(() -> mirror().sink().writtenBack(lost, waiting)).isInstanceOf(LeaseLostException.class);
            assertThat(waiting(10)).containsExactly("a");
            mirror().sink().writtenBack(taken, waiting);
        }
        assertThat(waiting(10)).isEmpty();
    }

    private void remember(String... ids) {
        try (MirrorTransaction transaction = begin()) {
            transaction.writeBack(List.of(ids).stream().map(DocumentId::of).toList());
            transaction.commit();
        }
    }

    private List<String> waiting(int limit) {
        return mirror().sink().writeBacks(stream, limit).stream()
                .map(each -> each.id().value())
                .toList();
    }

    private List<DeadLetter> apply(DocumentWrite... writes) {
        try (MirrorTransaction transaction = begin()) {
            List<DeadLetter> refused = apply(transaction, writes);
            transaction.commit();
            return refused;
        }
    }

    /** On top of what the transaction reads as mirrored. */
    private static List<DeadLetter> apply(MirrorTransaction transaction, DocumentWrite... writes) {
        List<DocumentId> ids =
                List.of(writes).stream().map(write -> write.state().id()).toList();
        Map<DocumentId, MirroredDocument> mirrored = transaction.mirrored(ids);
        return transaction.apply(List.of(writes).stream()
                .map(write -> new DocumentWrite(
                        write.state(),
                        Optional.ofNullable(mirrored.get(write.state().id())),
                        write.rows(),
                        write.protectedVersion()))
                .toList());
    }

    private Map<DocumentId, Document> protectedVersions(DocumentId... ids) {
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.protectedVersions(List.of())).isEmpty();
            return Map.copyOf(transaction.protectedVersions(List.of(ids)));
        }
    }

    private static Document of(Map<DocumentId, Document> versions, DocumentId id) {
        return Optional.ofNullable(versions.get(id)).orElseThrow();
    }

    private static DocumentWrite kept(Document version, Protection protection) {
        return write(version, protection, Optional.of(version));
    }

    private static DocumentWrite plain(Document version) {
        return write(version, Protection.NONE, Optional.empty());
    }

    private static DocumentWrite write(Document version, Protection protection, Optional<Document> kept) {
        return new DocumentWrite(state(version, protection, List.of()), Optional.empty(), List.of(), kept);
    }

    private static MirroredDocument state(Document version, Protection protection, List<TableKey> tables) {
        Revision revision = version.revision();
        return new MirroredDocument(
                version.id(),
                Optional.of("note"),
                tables,
                revision,
                version.contentHash(),
                version.deleted(),
                protection,
                DocumentChange.of(version).digest(),
                false);
    }

    private static void assertSame(Document actual, Document expected) {
        assertThat(actual.id()).isEqualTo(expected.id());
        assertThat(actual.revision()).isEqualTo(expected.revision());
        assertThat(actual.deleted()).isEqualTo(expected.deleted());
        assertThat(actual.json()).isEqualTo(expected.json());
        assertThat(actual.contentHash()).isEqualTo(expected.contentHash());
    }
}
