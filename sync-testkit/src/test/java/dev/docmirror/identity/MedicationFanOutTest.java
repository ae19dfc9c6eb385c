package dev.docmirror.identity;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import dev.docmirror.SyncWorker;
import dev.docmirror.change.StreamId;
import dev.docmirror.mapping.ChildMapping;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryIdentityLinks;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** A scanned prescription becomes a document and its medications, each with the patient as the clinic knows him or her. */
@Timeout(60)
class MedicationFanOutTest {
    private static final LinkNote NOTE = LinkNote.of("registration", "");
    private static final Column PATIENT = Column.identity("patient_key", "firebase")
            .fromDocument("/patient_id")
            .required();

    private static final TypeRouter MAPPING = TypeRouter.byField("/type")
            .route(
                    "prescription",
                    TableMapping.builder("documents")
                            .key("id", 64)
                            .column(PATIENT)
                            .column(Column.text("type", 40).from("/type").required())
                            .column(Column.text("file_url", 500).from("/file_url"))
                            .column(Column.longText("text").from("/text"))
                            .column(Column.json("structured_json").from("/structured_json"))
                            .column(Column.decimal("ocr_confidence", 5, 4).from("/ocr_confidence"))
                            .children(ChildMapping.builder("medications", "/structured_json/medications")
                                    .key("document_id", 64)
                                    .column(PATIENT)
                                    .column(Column.text("name", 200)
                                            .from("/name")
                                            .required())
                                    .column(Column.text("strength", 50).from("/strength"))
                                    .column(Column.text("form", 40)
                                            .from("/form")
                                            .orElse("tablet"))
                                    .column(Column.text("frequency", 80).from("/frequency"))
                                    .column(Column.text("route", 40)
                                            .from("/route")
                                            .orElse("oral"))
                                    .column(Column.integer("duration_days")
                                            .from("/duration_days")
                                            .orElse(30))
                                    .column(Column.date("start_date").fromDocument("/prescribed_on"))
                                    .column(Column.constant("reminders_enabled", ColumnType.of(Kind.BOOLEAN), false))
                                    .build())
                            .build())
            .build();

    private final InMemoryDatabase database = new InMemoryDatabase("supabase");
    private final InMemoryMirror mirror = new InMemoryMirror();
    private final InMemoryIdentityLinks links = new InMemoryIdentityLinks();

    @BeforeEach
    void createTables() {
        mirror.create(MAPPING.tables());
    }

    @Test
    void runOnce_documentWithMedications_hasParentAndChildRowsWithDefaults() throws Exception {
        IdentityId patient =
                links.link(List.of(ExternalId.of("firebase", "uid-7"), ExternalId.of("postgres", "7")), NOTE);
        database.put("scan-1", """
                {"type":"prescription","patient_id":"uid-7","ocr_confidence":0.93,"prescribed_on":"2026-02-03",
                 "structured_json":{"medications":[
                   {"name":"Ibuprofen","strength":"400 mg","frequency":"3x daily"},
                   {"name":"Cough syrup","form":"liquid","route":null,"duration_days":7}]}}""");
        runOnce();

        assertThat(mirror.rows("documents"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("patient_key", patient.value())
                        .containsEntry("ocr_confidence", new BigDecimal("0.9300")));
        List<Map<String, Object>> medications = mirror.rows("medications");
        assertThat(medications)
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .containsEntry("document_id", "scan-1")
                        .containsEntry("patient_key", patient.value())
                        .containsEntry("start_date", LocalDate.of(2026, 2, 3))
                        .containsEntry("reminders_enabled", false));
        assertThat(medications.get(0))
                .containsEntry("name", "Ibuprofen")
                .containsEntry("form", "tablet")
                .containsEntry("route", "oral")
                .hasEntrySatisfying("duration_days", days -> assertThat(days).hasToString("30"));
        assertThat(medications.get(1))
                .containsEntry("form", "liquid")
                .containsEntry("route", "oral")
                .hasEntrySatisfying("duration_days", days -> assertThat(days).hasToString("7"))
                .containsEntry("strength", null);
    }

    @Test
    void runOnce_medicationRemovedAndDocumentDeleted_rowsFollow() throws Exception {
        links.link(List.of(ExternalId.of("firebase", "uid-7")), NOTE);
        String before = "{\"type\":\"prescription\",\"patient_id\":\"uid-7\",\"structured_json\":{\"medications\":";
        database.put("scan-1", before + "[{\"name\":\"a\"},{\"name\":\"b\"}]}}");
        runOnce();
        database.put("scan-1", before + "[{\"name\":\"b\"}]}}");
        runOnce();
        assertThat(mirror.rows("medications"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("name", "b")
                        .hasEntrySatisfying("position", at -> assertThat(at).hasToString("0")));
        database.delete("scan-1");
        runOnce();
        assertThat(mirror.rows("documents")).isEmpty();
        assertThat(mirror.rows("medications")).isEmpty();
    }

    @Test
    void runOnce_patientOfAMedicationUnknown_parksTheDocumentWhole() throws Exception {
        database.put("scan-1", "{\"type\":\"prescription\",\"patient_id\":\"nobody\"}");
        runOnce();
        assertThat(mirror.rows("documents")).isEmpty();
        assertThat(mirror.deadLetters().list(StreamId.of("scans"), 9))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason())
                        .contains("`patient_key`", "/patient_id")
                        .doesNotContain("nobody"));
    }

    private void runOnce() throws InterruptedException {
        try (SyncWorker worker = SyncWorker.builder(
                        "scans", database.source(), MAPPING, mirror.sink(), mirror.checkpoints())
                .identities(links)
                .build()) {
            worker.runOnce();
        }
    }
}
