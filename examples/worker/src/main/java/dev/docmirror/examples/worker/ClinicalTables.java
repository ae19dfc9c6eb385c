package dev.docmirror.examples.worker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

import dev.docmirror.change.Document;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.MappingException;
import dev.docmirror.mapping.ColumnType;
import dev.docmirror.mapping.ColumnType.Kind;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import static dev.docmirror.mapping.Column.bool;
import static dev.docmirror.mapping.Column.constant;
import static dev.docmirror.mapping.Column.createdAt;
import static dev.docmirror.mapping.Column.date;
import static dev.docmirror.mapping.Column.decimal;
import static dev.docmirror.mapping.Column.derived;
import static dev.docmirror.mapping.Column.enumeration;
import static dev.docmirror.mapping.Column.integer;
import static dev.docmirror.mapping.Column.json;
import static dev.docmirror.mapping.Column.longText;
import static dev.docmirror.mapping.Column.mirroredAt;
import static dev.docmirror.mapping.Column.rawDocument;
import static dev.docmirror.mapping.Column.text;
import static dev.docmirror.mapping.Column.timestamp;
import static dev.docmirror.mapping.Column.updatedAt;

/**
 * The four tables of a clinic: patients, sessions, forms and the requests to an assistant.
 *
 * <p>Where a document has no field for what a column demands, these rules give it: {@code age_months} is the age at the
 * last update; a session without {@code formInstanceIds} has an empty list of them; a form's {@code patient_cpt} is its
 * {@code patientId} without the prefix {@code patient:}; a form's {@code form_uuid} is its id; a request's
 * {@code request_uuid} is the name-based UUID of its id, its {@code input_hash} the SHA-256 of its {@code input} as JSON,
 * which is the {@code prompt}, too; it belongs to the user 1 in the role {@code nurse}. {@code ai_requests.couch_id} is
 * added, because a mirror needs to find a document's row. {@code created_at} and {@code updated_at} are filled by the
 * database's clock, and all times keep microseconds.
 */
public final class ClinicalTables {
    private static final ColumnType INTEGER = ColumnType.of(Kind.INTEGER);
    private static final int ID_LENGTH = 255;
    private static final DateTimeFormatter DAY = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    private ClinicalTables() {}

    /** Routes the four types to their tables. */
    public static DocumentMapper mapper() {
        return TypeRouter.byField("/type")
                .route("clinicalPatient", patients())
                .route("clinicalSession", sessions())
                .route("clinicalForm", forms())
                .route("aiLog", aiRequests())
                .build();
    }

    /** Creates the table of users that {@code ai_requests} refers to, with the user 1, where it is missing. */
    public static void createUsers(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS users (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                            + " name VARCHAR(255) NOT NULL) ENGINE=InnoDB");
            statement.execute(
                    "INSERT INTO users (id, name) SELECT 1, 'mirror' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM users)");
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw new ConfigurationException(
                    "the table users could not be made ready (code " + e.getErrorCode()
                            + "): ai_requests.user_id refers to a row with the id 1 in it; make that row",
                    null);
        }
    }

    private static TableMapping patients() {
        return TableMapping.builder("patients")
                .autoIncrement("id")
                .key("couch_id", ID_LENGTH)
                .nullableKey()
                .column(text("cpt", 20).from("/patient/cpt", "/cpt").required())
                .column(text("short_code", 10).from("/patient/shortCode", "/shortCode"))
                .column(text("external_id", 255).from("/patient/externalId", "/externalId"))
                .column(date("date_of_birth").from("/patient/dateOfBirth", "/dateOfBirth"))
                .column(derived("age_months", INTEGER, ClinicalTables::ageMonths))
                .column(enumeration("gender", "male", "female", "other").from("/patient/gender", "/gender"))
                .column(decimal("weight_kg", 5, 2).from("/patient/weightKg", "/weightKg"))
                .column(text("phone", 30).from("/patient/phone", "/phone"))
                .column(integer("visit_count")
                        .from("/patient/visitCount", "/visitCount")
                        .orElse(1))
                .column(bool("is_active").from("/patient/isActive", "/isActive").orElse(true))
                .column(rawDocument("raw_document"))
                .column(timestamp("last_visit_at").from("/patient/updatedAt", "/updatedAt"))
                .column(createdAt("created_at"))
                .column(updatedAt("updated_at"))
                .unique("cpt")
                .index("cpt", "is_active")
                .index("age_months")
                .build();
    }

    private static TableMapping sessions() {
        return TableMapping.builder("clinical_sessions")
                .autoIncrement("id")
                .key("couch_id", ID_LENGTH)
                .column(text("session_uuid", 50).from("/id", "/_id").required())
                .column(text("patient_cpt", 20).from("/patientCpt").required())
                .column(enumeration("stage", "registration", "assessment", "treatment", "discharge")
                        .from("/stage")
                        .orElse("registration"))
                .column(enumeration("status", "open", "completed", "archived", "referred", "cancelled")
                        .from("/status")
                        .orElse("open"))
                .column(enumeration("triage_priority", "red", "yellow", "green", "unknown")
                        .from("/triage")
                        .orElse("unknown"))
                .column(text("chief_complaint", 255).from("/chiefComplaint"))
                .column(text("notes").from("/notes"))
                .column(json("form_instance_ids")
                        .from("/formInstanceIds")
                        .orElse("[]")
                        .nullable())
                .column(json("treatment_plan").from("/treatmentPlan"))
                .column(timestamp("session_created_at").from("/createdAt").required())
                .column(timestamp("session_updated_at").from("/updatedAt").required())
                .column(timestamp("completed_at").from("/completedAt"))
                .column(mirroredAt("synced_at"))
                .column(rawDocument("raw_document"))
                .column(createdAt("created_at"))
                .column(updatedAt("updated_at"))
                .unique("session_uuid")
                .index("status", "triage_priority")
                .index("patient_cpt", "status")
                .index("session_created_at")
                .build();
    }

    private static TableMapping forms() {
        return TableMapping.builder("clinical_forms")
                .autoIncrement("id")
                .key("couch_id", ID_LENGTH)
                .column(text("form_uuid", 50).from("/id", "/_id").required())
                .column(text("session_couch_id", 255).from("/sessionId").required())
                .column(derived("patient_cpt", ColumnType.of(Kind.VARCHAR, 20), ClinicalTables::patientCpt)
                        .required())
                .column(text("schema_id", 50).from("/schemaId").required())
                .column(text("schema_version", 20).from("/schemaVersion").required())
                .column(text("current_state_id", 255).from("/currentStateId"))
                .column(enumeration("status", "draft", "completed", "submitted", "synced", "error")
                        .from("/status")
                        .orElse("draft"))
                .column(json("answers").from("/answers").required())
                .column(json("calculated").from("/calculated"))
                .column(json("audit_log").from("/auditLog"))
                .column(timestamp("form_created_at").from("/createdAt").required())
                .column(timestamp("form_updated_at").from("/updatedAt").required())
                .column(timestamp("completed_at").from("/completedAt"))
                .column(mirroredAt("synced_at"))
                .column(rawDocument("raw_document"))
                .column(createdAt("created_at"))
                .column(updatedAt("updated_at"))
                .unique("form_uuid")
                .index("schema_id", "status")
                .index("patient_cpt")
                .build();
    }

    private static TableMapping aiRequests() {
        return TableMapping.builder("ai_requests")
                .autoIncrement("id")
                .key("couch_id", ID_LENGTH)
                .column(derived("request_uuid", ColumnType.of(Kind.CHAR, 36), ClinicalTables::requestUuid)
                        .required())
                .column(constant("user_id", ColumnType.of(Kind.UNSIGNED_BIGINT), 1L)
                        .references("users", "id"))
                .column(derived("role", ColumnType.of(Kind.VARCHAR, 50), ClinicalTables::role)
                        .required())
                .column(text("session_couch_id", 255).from("/sessionId"))
                .column(text("form_couch_id", 255).from("/formInstanceId"))
                .column(text("patient_cpt", 20).from("/patientCpt"))
                .column(text("task", 50).from("/task").required())
                .column(text("use_case", 50).from("/useCase"))
                .column(text("prompt_version", 20).from("/promptVersion"))
                .column(derived("input_hash", ColumnType.of(Kind.VARCHAR, 64), ClinicalTables::inputHash)
                        .required())
                .column(derived("prompt", ColumnType.of(Kind.TEXT), (document, context) -> input(document))
                        .required())
                .column(longText("response").from("/output").required())
                .column(longText("safe_output").from("/safeOutput"))
                .column(text("model", 50).from("/model").required())
                .column(integer("latency_ms").from("/latencyMs"))
                .column(bool("was_overridden").from("/wasOverridden").orElse(false))
                .column(json("risk_flags").from("/riskFlags"))
                .column(json("blocked_phrases").from("/blockedPhrases"))
                .column(timestamp("requested_at").from("/createdAt").required())
                .column(createdAt("created_at"))
                .column(updatedAt("updated_at"))
                .unique("request_uuid")
                .index("user_id", "task")
                .index("session_couch_id")
                .index("requested_at")
                .build();
    }

    private static @Nullable Object ageMonths(Document document, MappingContext context) {
        JsonNode patient = document.body().path("patient");
        JsonNode fields = patient.isObject() ? patient : document.body();
        try {
            LocalDate born = LocalDate.parse(fields.path("dateOfBirth").asString(""));
            return (int) Math.max(0, ChronoUnit.MONTHS.between(born, day(fields.path("updatedAt"))));
        } catch (DateTimeException e) {
            return null; // a time that can't be read is refused by its own column
        }
    }

    /** The day of a time in UTC, in each of the forms that a timestamp column reads. */
    private static LocalDate day(JsonNode time) {
        if (time.isNumber()) {
            return LocalDate.ofInstant(Instant.ofEpochMilli(time.longValue()), ZoneOffset.UTC);
        }
        String text = time.asString("");
        TemporalAccessor parsed = DAY.parseBest(text, OffsetDateTime::from, LocalDate::from);
        return parsed instanceof OffsetDateTime moment
                ? moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDate()
                : LocalDate.from(parsed);
    }

    private static Object role(Document document, MappingContext context) {
        JsonNode role = document.body().path("role");
        if (role.isMissingNode() || role.isNull()) {
            return "nurse";
        }
        if (!role.isString()) {
            throw new MappingException(document.id(), "column `role`: must be text");
        }
        return role.stringValue();
    }

    private static @Nullable Object patientCpt(Document document, MappingContext context) {
        JsonNode cpt = document.body().path("patientCpt");
        JsonNode id = document.body().path("patientId");
        if (cpt.isString()) {
            return cpt.stringValue();
        }
        return id.isString() ? id.stringValue().replaceFirst("^patient:", "") : null;
    }

    private static Object requestUuid(Document document, MappingContext context) {
        return UUID.nameUUIDFromBytes(document.id().value().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static @Nullable Object inputHash(Document document, MappingContext context) {
        String input = input(document);
        if (input == null) {
            return null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(input.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable String input(Document document) {
        JsonNode input = document.body().path("input");
        return input.isMissingNode() || input.isNull() ? null : input.toString();
    }
}
