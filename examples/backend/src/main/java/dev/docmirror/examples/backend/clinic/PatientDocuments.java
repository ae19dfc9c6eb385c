package dev.docmirror.examples.backend.clinic;

import java.util.List;

import dev.docmirror.change.DocumentId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds a patient's documents in the clinic's tables. */
@Component
public class PatientDocuments {
    private static final String OF_PATIENT = """
            SELECT id FROM patients WHERE id = :patient
            UNION SELECT id FROM sessions WHERE patient_id = :patient
            UNION SELECT id FROM forms WHERE patient_id = :patient
            UNION SELECT id FROM intakes WHERE patient_id = :patient
            UNION SELECT id FROM notes WHERE patient_id = :patient
            UNION SELECT id FROM encounters WHERE patient_id = :patient
            ORDER BY id LIMIT :most""";

    private final JdbcClient database;

    PatientDocuments(JdbcClient database) {
        this.database = database;
    }

    /** The ids of the documents that are about a patient, as far as they are mirrored. */
    public List<DocumentId> of(String patientId, int most) {
        return database
                .sql(OF_PATIENT)
                .param("patient", patientId)
                .param("most", most)
                .query(String.class)
                .list()
                .stream()
                .map(DocumentId::of)
                .toList();
    }
}
