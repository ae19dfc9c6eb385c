package dev.docmirror.examples.worker;

/** One document of each clinical type, as devices write them. */
final class SeedDocuments {
    static final String PATIENT = """
            {
              "_id": "patient:AB12",
              "type": "clinicalPatient",
              "patient": {
                "id": "AB12",
                "cpt": "AB12",
                "firstName": "Optional",
                "lastName": "Optional",
                "dateOfBirth": "2024-01-15",
                "gender": "male",
                "weightKg": 12.5,
                "phone": "+263...",
                "createdAt": "2026-02-14T10:00:00Z",
                "updatedAt": "2026-02-14T10:30:00Z",
                "visitCount": 2,
                "isActive": true
              }
            }""";

    static final String SESSION = """
            {
              "_id": "session_8F2A9",
              "type": "clinicalSession",
              "id": "session_8F2A9",
              "patientCpt": "AB12",
              "patientId": "patient:AB12",
              "patientName": "Baby Boy",
              "dateOfBirth": "2024-01-15",
              "gender": "male",
              "chiefComplaint": "Cough and difficulty breathing",
              "triage": "yellow",
              "status": "open",
              "stage": "assessment",
              "formInstanceIds": ["form_001", "form_002"],
              "createdAt": 1739527200000,
              "updatedAt": 1739529000000
            }""";

    static final String FORM = """
            {
              "_id": "form_001",
              "type": "clinicalForm",
              "schemaId": "peds_respiratory",
              "schemaVersion": "1.0.2",
              "sessionId": "session_8F2A9",
              "patientId": "patient:AB12",
              "currentStateId": "assessment_complete",
              "status": "completed",
              "answers": {
                "respiratory_rate": 48,
                "chest_indrawing": true,
                "danger_sign_unable_drink": false,
                "danger_sign_convulsions": false,
                "oxygen_saturation": 94
              },
              "calculated": {
                "fast_breathing": true,
                "has_danger_sign": false,
                "triagePriority": "yellow",
                "triageScore": 65
              },
              "auditLog": [
                {
                  "timestamp": "2026-02-14T10:15:00Z",
                  "action": "field_change",
                  "fieldId": "respiratory_rate",
                  "newValue": 48
                }
              ],
              "syncStatus": "synced",
              "createdAt": "2026-02-14T10:00:00Z",
              "updatedAt": "2026-02-14T10:30:00Z"
            }""";

    static final String AI_LOG = """
            {
              "_id": "ai_19382",
              "type": "aiLog",
              "sessionId": "session_8F2A9",
              "formInstanceId": "form_001",
              "task": "explain_triage",
              "useCase": "TRIAGE_EXPLANATION",
              "promptHash": "sha256:abc123...",
              "promptVersion": "1.2.0",
              "input": {
                "triagePriority": "yellow",
                "findings": ["fast_breathing", "chest_indrawing"]
              },
              "output": "This 2-year-old presents with...",
              "model": "medgemma:27b",
              "modelVersion": "27b-v1",
              "latencyMs": 2500,
              "wasOverridden": false,
              "riskFlags": [],
              "createdAt": "2026-02-14T10:35:00Z"
            }""";

    private SeedDocuments() {}
}
