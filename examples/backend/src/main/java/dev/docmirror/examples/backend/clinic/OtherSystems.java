package dev.docmirror.examples.backend.clinic;

import java.util.Map;

import tools.jackson.databind.JsonNode;

/** What other systems told this backend about its patients. Thread-safe. */
public interface OtherSystems {

    /** How many of each thing there are: {@code postgres_users}, {@code supabase_documents}. */
    Map<String, Long> counts();

    /**
     * What each system holds of a patient: {@code postgres_user} and {@code firebase_profile}, null if there is none, and
     * {@code supabase_documents}, a list.
     */
    Map<String, JsonNode> of(String patientId);
}
