package dev.docmirror.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rows of clinical documents, as somebody writes them down who knows what the documents look like. */
final class PlainRows {
    private static final DateTimeFormatter SQL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private static final PlainTable PATIENTS = new PlainTable(
            "patients",
            "",
            List.of(
                    "couch_id,cpt,short_code,external_id,date_of_birth,age_months,gender,weight_kg,phone,visit_count,is_active,raw_document,last_visit_at"
                            .split(",")));
    private static final PlainTable SESSIONS = new PlainTable(
            "clinical_sessions",
            "synced_at",
            List.of(
                    "couch_id,session_uuid,patient_cpt,stage,status,triage_priority,chief_complaint,notes,form_instance_ids,treatment_plan,session_created_at,session_updated_at,completed_at,raw_document"
                            .split(",")));
    private static final PlainTable FORMS = new PlainTable(
            "clinical_forms",
            "synced_at",
            List.of(
                    "couch_id,form_uuid,session_couch_id,patient_cpt,schema_id,schema_version,current_state_id,status,answers,calculated,audit_log,form_created_at,form_updated_at,completed_at,raw_document"
                            .split(",")));
    private static final PlainTable REQUESTS = new PlainTable(
            "ai_requests",
            "",
            List.of(
                    "couch_id,request_uuid,user_id,role,session_couch_id,form_couch_id,patient_cpt,task,use_case,prompt_version,input_hash,prompt,response,safe_output,model,latency_ms,was_overridden,risk_flags,blocked_phrases,requested_at"
                            .split(",")));

    private final List<Object[]> patients = new ArrayList<>();
    private final List<Object[]> sessions = new ArrayList<>();
    private final List<Object[]> forms = new ArrayList<>();
    private final List<Object[]> requests = new ArrayList<>();

    /** Adds a row if the document is of a known type. */
    void add(JsonNode doc) {
        switch (doc.path("type").asString("")) {
            case "clinicalPatient" -> patients.add(patient(doc));
            case "clinicalSession" -> sessions.add(session(doc));
            case "clinicalForm" -> forms.add(form(doc));
            case "aiLog" -> requests.add(request(doc));
            default -> {
                // nobody wants it
            }
        }
    }

    /** Upserts all rows, without a commit. */
    void write(Connection connection) throws SQLException {
        PATIENTS.upsert(connection, patients);
        SESSIONS.upsert(connection, sessions);
        FORMS.upsert(connection, forms);
        REQUESTS.upsert(connection, requests);
    }

    private static Object[] patient(JsonNode doc) {
        JsonNode fields = doc.path("patient");
        Instant updated = Instant.parse(fields.path("updatedAt").stringValue());
        LocalDate born = LocalDate.parse(fields.path("dateOfBirth").stringValue());
        return new Object[] {
            text(doc, "_id"),
            text(fields, "cpt"),
            text(fields, "shortCode"),
            text(fields, "externalId"),
            text(fields, "dateOfBirth"),
            (int) Math.max(0, ChronoUnit.MONTHS.between(born, LocalDate.ofInstant(updated, ZoneOffset.UTC))),
            text(fields, "gender"),
            fields.path("weightKg").decimalValue(),
            text(fields, "phone"),
            fields.path("visitCount").intValue(),
            fields.path("isActive").booleanValue() ? 1 : 0,
            doc.toString(),
            time(updated)
        };
    }

    private static Object[] session(JsonNode doc) {
        return new Object[] {
            text(doc, "_id"),
            text(doc, "id"),
            text(doc, "patientCpt"),
            text(doc, "stage"),
            text(doc, "status"),
            text(doc, "triage"),
            text(doc, "chiefComplaint"),
            text(doc, "notes"),
            json(doc, "formInstanceIds"),
            json(doc, "treatmentPlan"),
            time(Instant.ofEpochMilli(doc.path("createdAt").longValue())),
            time(Instant.ofEpochMilli(doc.path("updatedAt").longValue())),
            null,
            doc.toString()
        };
    }

    private static Object[] form(JsonNode doc) {
        return new Object[] {
            text(doc, "_id"),
            text(doc, "_id"),
            text(doc, "sessionId"),
            doc.path("patientId").stringValue().substring("patient:".length()),
            text(doc, "schemaId"),
            text(doc, "schemaVersion"),
            text(doc, "currentStateId"),
            text(doc, "status"),
            json(doc, "answers"),
            json(doc, "calculated"),
            json(doc, "auditLog"),
            time(Instant.parse(doc.path("createdAt").stringValue())),
            time(Instant.parse(doc.path("updatedAt").stringValue())),
            null,
            doc.toString()
        };
    }

    private static Object[] request(JsonNode doc) {
        byte[] id = doc.path("_id").stringValue().getBytes(StandardCharsets.UTF_8);
        String input = doc.path("input").toString();
        return new Object[] {
            text(doc, "_id"),
            UUID.nameUUIDFromBytes(id).toString(),
            1,
            "nurse",
            text(doc, "sessionId"),
            text(doc, "formInstanceId"),
            text(doc, "patientCpt"),
            text(doc, "task"),
            text(doc, "useCase"),
            text(doc, "promptVersion"),
            sha256(input),
            input,
            text(doc, "output"),
            null,
            text(doc, "model"),
            doc.path("latencyMs").intValue(),
            doc.path("wasOverridden").booleanValue() ? 1 : 0,
            json(doc, "riskFlags"),
            json(doc, "blockedPhrases"),
            time(Instant.parse(doc.path("createdAt").stringValue()))
        };
    }

    private static @Nullable String text(JsonNode node, String name) {
        JsonNode found = node.path(name);
        return found.isString() ? found.stringValue() : null;
    }

    private static @Nullable String json(JsonNode node, String name) {
        JsonNode found = node.path(name);
        return found.isMissingNode() ? null : found.toString();
    }

    private static String time(Instant instant) {
        return SQL.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
