package dev.docmirror.examples.backend.sample;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Random;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Made-up documents of the clinic's types. All of them belong to the user nurse. */
final class SampleDocuments {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String[] COMPLAINTS = {"Cough", "Fever for three days", "Ear pain", "Rash", "Not feeding well"
    };
    private static final String[] PLANS = {"Rest and fluids", "See again in two days", "Amoxicillin", "Refer", "Zinc"};
    private static final String[] TITLES = {"First visit", "Follow-up", "Triage", "Home visit", "Discharge"};

    private final Random random;
    private int number;

    SampleDocuments(Random random) {
        this.random = random;
    }

    ObjectNode patient() {
        String cpt = String.format(Locale.ROOT, "P%04d", ++number);
        ObjectNode document = document("patient:" + cpt, "clinicalPatient");
        document.putObject("patient")
                .put("id", cpt)
                .put("cpt", cpt)
                .put(
                        "dateOfBirth",
                        LocalDate.of(2019, 1, 1).plusDays(random.nextInt(2_000)).toString())
                .put("gender", random.nextBoolean() ? "male" : "female")
                .put("weightKg", new BigDecimal(35 + random.nextInt(250)).movePointLeft(1))
                .put("createdAt", Instant.now().toString())
                .put("updatedAt", Instant.now().toString())
                .put("visitCount", 1)
                .put("isActive", true);
        return document;
    }

    ObjectNode session(ObjectNode patient) {
        long now = System.currentTimeMillis();
        String id = "session_" + ++number;
        return document(id, "clinicalSession")
                .put("id", id)
                .put("patientCpt", patient.at("/patient/cpt").asString())
                .put("patientId", patient.get("_id").asString())
                .put("chiefComplaint", pick(COMPLAINTS))
                .put("triage", pick("red", "yellow", "green", "unknown"))
                .put("status", "open")
                .put("stage", "registration")
                .put("createdAt", now)
                .put("updatedAt", now);
    }

    ObjectNode form(ObjectNode session) {
        ObjectNode form = document("form_" + ++number, "clinicalForm")
                .put("schemaId", "peds_respiratory")
                .put("schemaVersion", "1.0.2")
                .put("sessionId", session.get("_id").asString())
                .put("patientId", session.get("patientId").asString())
                .put("status", "draft");
        form.putObject("answers")
                .put("respiratory_rate", 20 + random.nextInt(50))
                .put("oxygen_saturation", 85 + random.nextInt(15));
        return form.put("createdAt", Instant.now().toString())
                .put("updatedAt", Instant.now().toString());
    }

    ObjectNode intake(ObjectNode patient) {
        ObjectNode intake = document("intake_" + ++number, "intake")
                .put("patientId", patient.get("_id").asString())
                .put("isLocked", random.nextInt(4) == 0);
        intake.putObject("answers").put("allergies", pick("none", "penicillin", "peanuts"));
        return intake.put("updatedAt", Instant.now().toString());
    }

    ObjectNode note(ObjectNode patient) {
        return document("note_" + ++number, "note")
                .put("patientId", patient.get("_id").asString())
                .put("title", pick(TITLES))
                .put("plan", pick(PLANS))
                .put("author", "nurse")
                .put("updatedAt", Instant.now().toString());
    }

    /** A session in another stage; the document itself is changed, so that the next edit follows on this one. */
    ObjectNode moved(ObjectNode session) {
        return session.put("stage", pick("registration", "assessment", "treatment", "discharge"))
                .put("updatedAt", System.currentTimeMillis());
    }

    /** Another device's version of a note. */
    ObjectNode edited(ObjectNode note) {
        return note.deepCopy()
                .put("title", pick(TITLES) + ", " + random.nextInt(100))
                .put("plan", pick(PLANS))
                .put("author", pick("nurse", "noel", "thandi"))
                .put("updatedAt", Instant.now().toString());
    }

    /** A session that can't become a row: nothing knows this triage. */
    ObjectNode poison() {
        return session(patient()).put("triage", "purple");
    }

    private static ObjectNode document(String id, String type) {
        return JSON.createObjectNode().put("_id", id).put("type", type).put("owner", "nurse");
    }

    private String pick(String... some) {
        return some[random.nextInt(some.length)];
    }
}
