package dev.docmirror.examples.backend.clinic;

import java.util.Map;

import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.mapping.DeleteMode;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;

import static dev.docmirror.mapping.Column.bool;
import static dev.docmirror.mapping.Column.date;
import static dev.docmirror.mapping.Column.dateTime;
import static dev.docmirror.mapping.Column.decimal;
import static dev.docmirror.mapping.Column.enumeration;
import static dev.docmirror.mapping.Column.integer;
import static dev.docmirror.mapping.Column.json;
import static dev.docmirror.mapping.Column.rawText;
import static dev.docmirror.mapping.Column.text;
import static dev.docmirror.policies.ConflictPolicies.byType;
import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static dev.docmirror.policies.ConflictPolicies.manualReview;

/** The tables of the clinic, the document types that fill them, and the rules of their conflicts. */
public final class ClinicTables {
    private static final int ID_LENGTH = 255;

    private ClinicTables() {}

    /** Routes the types to their tables. */
    public static TypeRouter mapper() {
        return TypeRouter.byField("/type")
                .route("clinicalPatient", patients())
                .route("clinicalSession", sessions())
                .route("clinicalForm", forms())
                .route("intake", intakes())
                .route("note", notes())
                .route("encounter", encounters())
                .build();
    }

    /**
     * Who wins where versions compete: a signed note and a locked intake stay as they are, drafts of a note that differ wait
     * for a reviewer, and of everything else the latest version wins.
     */
    public static ConflictPolicy rules() {
        return byType(Map.of(
                        "note", immutableOnceSigned("/signatureHash").orElse(manualReview()),
                        "intake", lockedOnce("/isLocked").orElse(lastWriteWins("/updatedAt"))))
                .orElse(lastWriteWins("/updatedAt", "/patient/updatedAt"));
    }

    private static TableMapping patients() {
        return TableMapping.builder("patients")
                .key("id", ID_LENGTH)
                .column(text("cpt", 20).from("/patient/cpt").required())
                .column(date("date_of_birth").from("/patient/dateOfBirth"))
                .column(enumeration("gender", "male", "female", "other").from("/patient/gender"))
                .column(decimal("weight_kg", 5, 2).from("/patient/weightKg"))
                .column(integer("visit_count").from("/patient/visitCount").orElse(1))
                .column(bool("is_active").from("/patient/isActive").orElse(true))
                .column(dateTime("updated_at").from("/patient/updatedAt"))
                .index("cpt")
                .build();
    }

    private static TableMapping sessions() {
        return TableMapping.builder("sessions")
                .key("id", ID_LENGTH)
                .column(text("patient_id", ID_LENGTH).from("/patientId").required())
                .column(enumeration("triage", "red", "yellow", "green", "unknown")
                        .from("/triage")
                        .orElse("unknown"))
                .column(enumeration("stage", "registration", "assessment", "treatment", "discharge")
                        .from("/stage")
                        .orElse("registration"))
                .column(enumeration("status", "open", "completed", "archived", "referred", "cancelled")
                        .from("/status")
                        .orElse("open"))
                .column(text("chief_complaint", 255).from("/chiefComplaint"))
                .column(dateTime("created_at").from("/createdAt").required())
                .column(dateTime("updated_at").from("/updatedAt").required())
                .index("patient_id")
                .index("status", "triage")
                .build();
    }

    private static TableMapping forms() {
        return TableMapping.builder("forms")
                .key("id", ID_LENGTH)
                .column(text("session_id", ID_LENGTH).from("/sessionId").required())
                .column(text("patient_id", ID_LENGTH).from("/patientId").required())
                .column(text("schema_id", 50).from("/schemaId").required())
                .column(enumeration("status", "draft", "completed", "submitted", "synced", "error")
                        .from("/status")
                        .orElse("draft"))
                .column(json("answers").from("/answers").required())
                .column(dateTime("updated_at").from("/updatedAt").required())
                .index("session_id")
                .build();
    }

    private static TableMapping intakes() {
        return TableMapping.builder("intakes")
                .key("id", ID_LENGTH)
                .column(text("patient_id", ID_LENGTH).from("/patientId").required())
                .column(bool("is_locked").from("/isLocked").orElse(false))
                .column(json("answers").from("/answers").required())
                .column(dateTime("updated_at").from("/updatedAt").required())
                .index("patient_id")
                .build();
    }

    private static TableMapping encounters() {
        return TableMapping.builder("encounters")
                .key("id", ID_LENGTH)
                .column(text("patient_id", ID_LENGTH).from("/patientId").required())
                .column(text("diagnosis").from("/diagnosis"))
                .column(text("prescription").from("/prescription"))
                .column(integer("version").from("/version"))
                .index("patient_id")
                .build();
    }

    private static TableMapping notes() {
        return TableMapping.builder("notes")
                .key("id", ID_LENGTH)
                .column(text("patient_id", ID_LENGTH).from("/patientId").required())
                .column(text("title", 120).from("/title").required())
                .column(text("plan").from("/plan"))
                .column(text("author", 80).from("/author"))
                .column(text("signature_hash", 64).from("/signatureHash"))
                .column(dateTime("updated_at").from("/updatedAt").required())
                .column(rawText("raw"))
                .index("patient_id")
                .onDelete(DeleteMode.soft("deleted_at"))
                .build();
    }
}
