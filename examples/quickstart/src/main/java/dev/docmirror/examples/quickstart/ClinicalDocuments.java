package dev.docmirror.examples.quickstart;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Made-up clinical documents of four types, the same for the same seed: patients and forms with ISO times, sessions
 * with epoch milliseconds, and logs of an assistant.
 */
public final class ClinicalDocuments {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant FIRST = Instant.parse("2026-01-05T06:00:00Z");
    private static final String[] COMPLAINTS = {
        "Cough and difficulty breathing", "Fever for three days", "Diarrhoea", "Ear pain", "Rash", "Not feeding well"
    };
    private static final String[] NAMES = {"Tariro", "Rudo", "Tendai", "Chipo", "Farai", "Nyasha", "Kuda", "Rumbi"};

    private final Random random;
    private int patients;
    private int sessions;

    public ClinicalDocuments(long seed) {
        this.random = new Random(seed);
    }

    /** Documents in the proportion of a clinic's day: a patient has two sessions, a session a form and often a log. */
    public List<ObjectNode> some(int count) {
        List<ObjectNode> documents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int part = i % 20;
            if (part < 4) {
                documents.add(patient(patients++));
            } else if (part < 10) {
                documents.add(session(sessions++));
            } else if (part < 16) {
                documents.add(form(i));
            } else {
                documents.add(aiLog(i));
            }
        }
        return documents;
    }

    /** Documents of a type nobody maps. */
    public List<ObjectNode> unknown(int count) {
        List<ObjectNode> documents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            documents.add(JSON.createObjectNode()
                    .put("_id", "stock_" + i)
                    .put("type", "stockTake")
                    .put("items", i));
        }
        return documents;
    }

    /** Five documents that can't become rows, each for another reason. */
    public List<ObjectNode> poison() {
        ObjectNode noPatient = session(sessions++);
        noPatient.put("_id", "session_without_patient").remove("patientCpt");
        ObjectNode noCpt = patient(patients++);
        noCpt.put("_id", "patient:without-cpt");
        ((ObjectNode) noCpt.get("patient")).remove("cpt");
        ObjectNode longCpt = patient(patients++);
        longCpt.put("_id", "patient:long-cpt");
        ((ObjectNode) longCpt.get("patient")).put("cpt", "X".repeat(21));
        ObjectNode longComplaint = session(sessions++);
        longComplaint.put("_id", "session_long_complaint").put("chiefComplaint", "cough ".repeat(60));
        ObjectNode badTriage = session(sessions++);
        badTriage.put("_id", "session_purple").put("triage", "purple");
        return List.of(noPatient, noCpt, longCpt, longComplaint, badTriage);
    }

    /** Another device's version of a document: written later or earlier, with a visible difference. */
    public ObjectNode edited(ObjectNode document, long minutes) {
        ObjectNode copy = document.deepCopy();
        if (copy.get("patient") instanceof ObjectNode patient) {
            patient.put("updatedAt", shifted(patient.get("updatedAt").asString(), minutes));
            patient.put("visitCount", patient.get("visitCount").asInt() + 1);
        } else if (copy.get("updatedAt") != null && copy.get("updatedAt").isNumber()) {
            copy.put("updatedAt", copy.get("updatedAt").asLong() + minutes * 60_000);
            copy.put("stage", "treatment");
        } else {
            String time = copy.has("updatedAt") ? "updatedAt" : "createdAt";
            copy.put(time, shifted(copy.get(time).asString(), minutes));
        }
        return copy;
    }

    private ObjectNode patient(int n) {
        String cpt = cpt(n);
        Instant created = time();
        ObjectNode inner = JSON.createObjectNode()
                .put("id", cpt)
                .put("cpt", cpt)
                .put("firstName", pick(NAMES))
                .put("lastName", pick(NAMES))
                .put("dateOfBirth", birth().toString())
                .put("gender", random.nextBoolean() ? "male" : "female")
                .put("weightKg", new BigDecimal(35 + random.nextInt(250)).movePointLeft(1))
                .put("phone", "+26377" + (1_000_000 + random.nextInt(9_000_000)))
                .put("createdAt", created.toString())
                .put(
                        "updatedAt",
                        created.plus(random.nextInt(90), ChronoUnit.MINUTES).toString())
                .put("visitCount", 1 + random.nextInt(4))
                .put("isActive", random.nextInt(20) > 0);
        ObjectNode document =
                JSON.createObjectNode().put("_id", "patient:" + cpt).put("type", "clinicalPatient");
        document.set("patient", inner);
        return document;
    }

    private ObjectNode session(int n) {
        String id = String.format("session_%05X", n);
        String cpt = cpt(n / 2);
        long created = time().toEpochMilli();
        ObjectNode document = JSON.createObjectNode()
                .put("_id", id)
                .put("type", "clinicalSession")
                .put("id", id)
                .put("patientCpt", cpt)
                .put("patientId", "patient:" + cpt)
                .put("patientName", pick(NAMES))
                .put("dateOfBirth", birth().toString())
                .put("gender", random.nextBoolean() ? "male" : "female")
                .put("chiefComplaint", pick(COMPLAINTS))
                .put("triage", pick("red", "yellow", "green", "unknown"))
                .put("status", pick("open", "completed", "archived", "referred", "cancelled"))
                .put("stage", pick("registration", "assessment", "treatment", "discharge"));
        document.putArray("formInstanceIds").add("form_" + n).add("form_" + (n + 1));
        return document.put("createdAt", created).put("updatedAt", created + random.nextInt(7_200_000));
    }

    private ObjectNode form(int n) {
        Instant created = time();
        String priority = pick("red", "yellow", "green");
        ObjectNode document = JSON.createObjectNode()
                .put("_id", "form_" + n)
                .put("type", "clinicalForm")
                .put("schemaId", "peds_respiratory")
                .put("schemaVersion", "1.0.2")
                .put("sessionId", String.format("session_%05X", n % 6_000))
                .put("patientId", "patient:" + cpt(n % 3_000))
                .put("currentStateId", "assessment_complete")
                .put("status", pick("draft", "completed", "submitted", "synced"));
        int rate = 20 + random.nextInt(50);
        document.putObject("answers")
                .put("respiratory_rate", rate)
                .put("chest_indrawing", random.nextBoolean())
                .put("danger_sign_unable_drink", random.nextInt(10) == 0)
                .put("danger_sign_convulsions", random.nextInt(20) == 0)
                .put("oxygen_saturation", 85 + random.nextInt(15));
        document.putObject("calculated")
                .put("fast_breathing", rate > 40)
                .put("has_danger_sign", priority.equals("red"))
                .put("triagePriority", priority)
                .put("triageScore", random.nextInt(100));
        document.putArray("auditLog")
                .addObject()
                .put("timestamp", created.plusSeconds(30).toString())
                .put("action", "field_change")
                .put("fieldId", "respiratory_rate")
                .put("newValue", rate);
        return document.put("syncStatus", "synced")
                .put("createdAt", created.toString())
                .put(
                        "updatedAt",
                        created.plus(random.nextInt(60), ChronoUnit.MINUTES).toString());
    }

    private ObjectNode aiLog(int n) {
        ObjectNode document = JSON.createObjectNode()
                .put("_id", "ai_" + n)
                .put("type", "aiLog")
                .put("sessionId", String.format("session_%05X", n % 6_000))
                .put("formInstanceId", "form_" + n)
                .put("task", "explain_triage")
                .put("useCase", "TRIAGE_EXPLANATION")
                .put("promptHash", "sha256:" + Long.toHexString(random.nextLong()))
                .put("promptVersion", "1.2.0");
        document.putObject("input")
                .put("triagePriority", pick("red", "yellow", "green"))
                .putArray("findings")
                .add("fast_breathing")
                .add("chest_indrawing");
        document.put("output", "This child presents with " + pick(COMPLAINTS).toLowerCase(Locale.ROOT) + ".")
                .put("model", "medgemma:27b")
                .put("modelVersion", "27b-v1")
                .put("latencyMs", 800 + random.nextInt(4_000))
                .put("wasOverridden", random.nextInt(30) == 0);
        document.putArray("riskFlags");
        return document.put("createdAt", time().toString());
    }

    private static String cpt(int n) {
        return "C"
                + String.format("%5s", Integer.toString(n, 36))
                        .replace(' ', '0')
                        .toUpperCase(Locale.ROOT);
    }

    private LocalDate birth() {
        return LocalDate.of(2021, 1, 1).plusDays(random.nextInt(1_800));
    }

    private Instant time() {
        return FIRST.plusMillis(random.nextInt(40 * 24 * 3_600) * 1_000L);
    }

    private static String shifted(String iso, long minutes) {
        return Instant.parse(iso)
                .atOffset(ZoneOffset.UTC)
                .plusMinutes(minutes)
                .toInstant()
                .toString();
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }
}
