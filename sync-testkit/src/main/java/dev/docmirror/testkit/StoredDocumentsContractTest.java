package dev.docmirror.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.mirror.StoredDocuments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What every {@link StoredDocuments} has to give back: the bytes that were stored, of the documents asked for. */
public abstract class StoredDocumentsContractTest extends MirrorContract {
    private static final RawMapping RAW = RawMapping.into("contract_raw");
    private static final TableLayout RAW_TABLE = RAW.tables().get(0).layout();

    /** What a JSON column or a careless driver would alter. */
    private static final List<String> TEXTS = List.of(
            "{}",
            "{\"b\":1,\"a\":2 , \"n\":123456789012345678901234567890.10}",
            "{\"t\":\"ü \u4e2d \ud83d\ude00 ' \\\\ \\u0000 ? :x %\"}",
            "{\"l\":\"" + "x".repeat(100_000) + "\"}");

    @BeforeEach
    void createRawTable() {
        mirror().create(RAW.tables());
    }

    @Test
    void read_rawDocuments_areThoseThatWereMirrored() {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            documents.add(Documents.document("d" + i, "1-a", TEXTS.get(i)));
        }
        LookAlikes.IDS.forEach(
                id -> documents.add(Documents.document(id.value(), "2-b", "{\"id\":" + id.hashCode() + "}")));
        documents.add(Documents.tombstone("gone", "3-c"));
        List<MirroredDocument> entries = write(documents.stream().map(this::raw).toList());
        Map<DocumentId, Document> found =
                mirror().stored(RAW_TABLE, RawMapping.BODY).read(entries);
        assertThat(found).hasSize(documents.size());
        assertThat(documents).allSatisfy(document -> {
            Document stored = Objects.requireNonNull(found.get(document.id()));
            assertThat(stored.contentHash()).isEqualTo(document.contentHash());
            assertThat(stored.json()).isEqualTo(document.json());
            assertThat(stored.revision()).isEqualTo(document.revision());
            assertThat(stored.deleted()).isEqualTo(document.deleted());
        });
    }

    @Test
    void read_keyOfText_findsIdsThatLookAlike() {
        List<DocumentId> ids =
                LookAlikes.IDS.stream().filter(id -> id.value().length() < 100).toList();
        List<DocumentWrite> writes = new ArrayList<>();
        ids.forEach(id -> {
            String json = "{\"i\":" + ids.indexOf(id) + "}";
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            writes.add(write(
                    Documents.document(id.value(), "1-a", json),
                    new RowChange.Put(ContractTables.PETS, new Object[] {new JsonText(bytes)})));
        });
        List<MirroredDocument> entries = write(writes);
        Map<DocumentId, Document> found =
                mirror().stored(ContractTables.PETS, "name").read(entries);
        assertThat(found).containsOnlyKeys(ids);
        found.forEach(
                (id, document) -> assertThat(document.body().path("i").asInt()).isEqualTo(LookAlikes.IDS.indexOf(id)));
    }

    @Test
    void read_whatIsNotStored_isLeftOut() {
        List<MirroredDocument> entries = write(List.of(
                raw(Documents.document("ada", "1-a", "{}")),
                write(Documents.document("bob", "1-a", "{}"), person("Bob", null))));
        StoredDocuments stored = mirror().stored(RAW_TABLE, RawMapping.BODY);
        assertThat(stored.read(entries)).containsOnlyKeys(id("ada"));
        assertThat(stored.read(List.of())).isEmpty();
    }

    @Test
    void orElse_whatTheFirstHasInAnotherVersion_isTakenFromTheNext() {
        Document mirrored = Documents.document("ada", "2-b", "{\"v\":2}");
        Document older = Documents.document("ada", "1-a", "{\"v\":1}");
        List<MirroredDocument> entries = write(List.of(raw(mirrored)));
        StoredDocuments stale = documents -> Map.of(older.id(), older);
        assertThat(stale.orElse(mirror().stored(RAW_TABLE, RawMapping.BODY)).read(entries))
                .hasEntrySatisfying(
                        mirrored.id(), found -> assertThat(found.json()).isEqualTo(mirrored.json()));
    }

    @Test
    void parked_documentsInTheDeadLetters_areNamed() {
        try (MirrorTransaction transaction = begin()) {
            transaction.park(List.of(letter("bob"), letter("eve")));
            assertThat(transaction.parked(Set.of(id("ada"), id("bob")))).containsExactly(id("bob"));
            transaction.commit();
        }
        write(Version.of("eve", "2-b"));
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.parked(List.of(id("ada"), id("bob"), id("eve"))))
                    .containsExactly(id("bob"));
            assertThat(transaction.parked(List.of())).isEmpty();
        }
    }

    private DocumentWrite raw(Document document) {
        Mapping.Rows rows = (Mapping.Rows) RAW.map(document, new MappingContext(stream, Optional.empty()));
        return write(document, rows.rows().get(0));
    }

    private static DocumentWrite write(Document document, RowChange row) {
        MirroredDocument state = new MirroredDocument(
                document.id(),
                Optional.of("contract"),
                List.of(TableKey.of(row.table())),
                document.revision(),
                document.contentHash(),
                document.deleted(),
                Protection.NONE,
                DocumentChange.of(document).digest(),
                false);
        return new DocumentWrite(state, Optional.empty(), List.of(row));
    }

    /** Returns what the registry says of them. */
    private List<MirroredDocument> write(List<DocumentWrite> writes) {
        try (MirrorTransaction transaction = begin()) {
            assertThat(transaction.apply(writes)).isEmpty();
            transaction.commit();
        }
        return writes.stream().map(DocumentWrite::state).toList();
    }

    private static DeadLetter letter(String id) {
        return new DeadLetter(
                DocumentId.of(id), Revision.of("1-a"), Optional.empty(), DeadLetter.Kind.MAPPING, "a reason");
    }
}
