package dev.docmirror.examples.worker;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.JsonText;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.RowChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which rows the documents of a clinic become; the sink adds {@code couch_id}, the document's id. */
class ClinicalTablesTest {
    private static final Revision REVISION = Revision.of("1-967a00dff5e02add41819138abb3284d");

    private record Cell(String column, Object value) {}

    private static Cell cell(String column, Object value) {
        return new Cell(column, value);
    }

    private static Cell json(String column, String json) {
        return new Cell(column, tree(json));
    }

    private static JsonNode tree(String json) {
        return JsonMapper.shared().readTree(json);
    }

    private static Mapping map(String json) {
        DocumentId id = DocumentId.of(tree(json).get("_id").asString());
        Document document =
                new Document(id, REVISION, false, json.getBytes(StandardCharsets.UTF_8), DocumentReader.defaults());
        return ClinicalTables.mapper().map(document, new MappingContext(StreamId.of("clinical"), Optional.empty()));
    }

    private static RowChange.Put put(String json) {
        Mapping mapping = map(json);
        assertThat(mapping).isInstanceOf(Mapping.Rows.class);
        List<RowChange> rows = ((Mapping.Rows) mapping).rows();
        assertThat(rows).singleElement().isInstanceOf(RowChange.Put.class);
        return (RowChange.Put) rows.get(0);
    }

    private static List<Cell> cells(RowChange.Put row) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < row.values().length; i++) {
            cells.add(cell(row.table().columns().get(i), plain(row.values()[i])));
        }
        return cells;
    }

    private static Object value(RowChange.Put row, String column) {
        return plain(row.values()[row.table().columns().indexOf(column)]);
    }

    /** JSON as a tree, which may be laid out in any way, and integers as one type: both are the same to a database. */
    private static Object plain(Object value) {
        if (value instanceof JsonText text) {
            return tree(new String(text.utf8(), StandardCharsets.UTF_8));
        }
        return value instanceof Integer number ? Long.valueOf(number) : value;
    }

    @Test
    void patient_asDevicesWriteIt_isARowOfPatients() {
        RowChange.Put row = put(SeedDocuments.PATIENT);
        assertThat(row.table().table()).isEqualTo("patients");
        assertThat(cells(row))
                .containsExactlyInAnyOrder(
                        cell("cpt", "AB12"),
                        cell("short_code", null),
                        cell("external_id", null),
                        cell("date_of_birth", LocalDate.of(2024, 1, 15)),
                        cell("age_months", 24L),
                        cell("gender", "male"),
                        cell("weight_kg", new BigDecimal("12.50")),
                        cell("phone", "+263..."),
                        cell("visit_count", 2L),
                        cell("is_active", true),
                        json("raw_document", SeedDocuments.PATIENT),
                        cell("last_visit_at", Instant.parse("2026-02-14T10:30:00Z")));
    }

    @Test
    void session_asDevicesWriteIt_isARowOfClinicalSessions() {
        RowChange.Put row = put(SeedDocuments.SESSION);
        assertThat(row.table().table()).isEqualTo("clinical_sessions");
        assertThat(cells(row))
                .containsExactlyInAnyOrder(
                        cell("session_uuid", "session_8F2A9"),
                        cell("patient_cpt", "AB12"),
                        cell("stage", "assessment"),
                        cell("status", "open"),
                        cell("triage_priority", "yellow"),
                        cell("chief_complaint", "Cough and difficulty breathing"),
                        cell("notes", null),
                        json("form_instance_ids", "[\"form_001\", \"form_002\"]"),
                        cell("treatment_plan", null),
                        cell("session_created_at", Instant.parse("2025-02-14T10:00:00Z")),
                        cell("session_updated_at", Instant.parse("2025-02-14T10:30:00Z")),
                        cell("completed_at", null),
                        cell("synced_at", MirrorTime.NOW),
                        json("raw_document", SeedDocuments.SESSION));
    }

    @Test
    void form_asDevicesWriteIt_isARowOfClinicalForms() {
        RowChange.Put row = put(SeedDocuments.FORM);
        assertThat(row.table().table()).isEqualTo("clinical_forms");
        JsonNode form = tree(SeedDocuments.FORM);
        assertThat(cells(row))
                .containsExactlyInAnyOrder(
                        cell("form_uuid", "form_001"),
                        cell("session_couch_id", "session_8F2A9"),
                        cell("patient_cpt", "AB12"),
                        cell("schema_id", "peds_respiratory"),
                        cell("schema_version", "1.0.2"),
                        cell("current_state_id", "assessment_complete"),
                        cell("status", "completed"),
                        cell("answers", form.get("answers")),
                        cell("calculated", form.get("calculated")),
                        cell("audit_log", form.get("auditLog")),
                        cell("form_created_at", Instant.parse("2026-02-14T10:00:00Z")),
                        cell("form_updated_at", Instant.parse("2026-02-14T10:30:00Z")),
                        cell("completed_at", null),
                        cell("synced_at", MirrorTime.NOW),
                        cell("raw_document", form));
    }

    @Test
    void aiLog_asDevicesWriteIt_isARowOfAiRequests() {
        RowChange.Put row = put(SeedDocuments.AI_LOG);
        assertThat(row.table().table()).isEqualTo("ai_requests");
        String input = "{\"triagePriority\":\"yellow\",\"findings\":[\"fast_breathing\",\"chest_indrawing\"]}";
        assertThat(cells(row))
                .containsExactlyInAnyOrder(
                        cell("request_uuid", "bb920a11-2435-35a2-8937-ca045ad9f1cb"),
                        cell("user_id", 1L),
                        cell("role", "nurse"),
                        cell("session_couch_id", "session_8F2A9"),
                        cell("form_couch_id", "form_001"),
                        cell("patient_cpt", null),
                        cell("task", "explain_triage"),
                        cell("use_case", "TRIAGE_EXPLANATION"),
                        cell("prompt_version", "1.2.0"),
                        cell("input_hash", "5239c498c65e84093c937933eaf8ad999bc9fd181a9e3b069e1c46b92c47da84"),
                        cell("prompt", input),
                        cell("response", "This 2-year-old presents with..."),
                        cell("safe_output", null),
                        cell("model", "medgemma:27b"),
                        cell("latency_ms", 2500L),
                        cell("was_overridden", false),
                        json("risk_flags", "[]"),
                        cell("blocked_phrases", null),
                        cell("requested_at", Instant.parse("2026-02-14T10:35:00Z")));
    }

    @Test
    void optionalFields_missing_areTheTablesDefaults() {
        RowChange.Put patient = put("{\"_id\":\"p\",\"type\":\"clinicalPatient\",\"cpt\":\"X\"}");
        assertThat(value(patient, "visit_count")).isEqualTo(1L);
        assertThat(value(patient, "is_active")).isEqualTo(true);
        assertThat(value(patient, "age_months")).isNull();
        RowChange.Put session = put("""
                {"_id":"s","type":"clinicalSession","patientCpt":"X","createdAt":1739527200000,"updatedAt":1739529000000}
                """);
        assertThat(value(session, "session_uuid")).isEqualTo("s");
        assertThat(value(session, "stage")).isEqualTo("registration");
        assertThat(value(session, "status")).isEqualTo("open");
        assertThat(value(session, "triage_priority")).isEqualTo("unknown");
        assertThat(value(session, "form_instance_ids")).isEqualTo(tree("[]"));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-15, '\"2026-02-14T10:30:00Z\"', 24",
        "2024-01-15, '\"2026-02-15T00:00:00Z\"', 25",
        "2024-01-15, '\"2026-02-15T00:30:00+02:00\"', 24",
        "2024-01-15, '\"2026-02-15T00:30:00\"', 25",
        "2024-01-15, 1771065000000, 24",
        "2026-03-01, '\"2026-02-14T10:30:00Z\"', 0",
    })
    void age_atTheLastUpdate_isInFullMonths(String born, String updated, long months) {
        RowChange.Put row = put("{\"_id\":\"p\",\"type\":\"clinicalPatient\",\"cpt\":\"X\",\"dateOfBirth\":\"" + born
                + "\",\"updatedAt\":" + updated + "}");
        assertThat(value(row, "age_months")).isEqualTo(months);
    }

    @ParameterizedTest
    @CsvSource({
        "clinicalPatient, '{}', cpt",
        "clinicalPatient, '{\"cpt\":\"a text that is longer than twenty\"}', cpt",
        "clinicalPatient, '{\"cpt\":\"X\",\"gender\":\"unknown\"}', gender",
        "clinicalPatient, '{\"cpt\":\"X\",\"weightKg\":1000}', weight_kg",
        "clinicalSession, '{\"patientCpt\":\"X\",\"triage\":\"blue\"}', triage_priority",
        "clinicalForm, '{\"sessionId\":\"s\"}', patient_cpt",
        "aiLog, '{\"task\":\"t\"}', input_hash",
    })
    void document_thatDoesNotFit_isRefusedNamingTheColumn(String type, String fields, String column) {
        String json =
                "{\"_id\":\"d\",\"type\":\"" + type + "\"" + (fields.equals("{}") ? "}" : "," + fields.substring(1));
        assertThatThrownBy(() -> map(json))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("`" + column + "`")
                .hasMessageNotContaining("longer than twenty");
    }

    @Test
    void otherTypes_areUnknown() {
        assertThat(map("{\"_id\":\"x\",\"type\":\"audit\"}")).isInstanceOf(Mapping.UnknownType.class);
        assertThat(map("{\"_id\":\"x\"}")).isInstanceOf(Mapping.UnknownType.class);
    }
}
