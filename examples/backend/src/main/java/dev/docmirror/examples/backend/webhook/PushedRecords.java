package dev.docmirror.examples.backend.webhook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.examples.backend.clinic.OtherSystems;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was pushed in and is mirrored. A patient is known by their identity, which the answer to an account's delivery names,
 * and by the account's id; a document by either. Thread-safe.
 */
final class PushedRecords implements OtherSystems {
    private static final String USER_ID = "user/";
    private static final int DOCUMENT_ID = "document/".length();
    private static final int MOST_DOCUMENTS = 1_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JdbcClient database;

    PushedRecords(JdbcClient database) {
        this.database = database;
    }

    private record User(
            String uid,
            String identity,
            @Nullable String email,
            @Nullable String phone) {}

    @Override
    public Map<String, Long> counts() {
        return Map.of("postgres_users", count("app_users"), "supabase_documents", count("processed_documents"));
    }

    private long count(String table) {
        return database.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }

    @Override
    public Map<String, JsonNode> of(String patientId) {
        Optional<User> user = user(patientId);
        List<String> ids = user.map(known -> List.of(patientId, known.uid(), known.identity()))
                .orElse(List.of(patientId));
        Map<String, JsonNode> records = new HashMap<>();
        records.put("postgres_user", user.<JsonNode>map(PushedRecords::account).orElse(JSON.nullNode()));
        records.put(
                "firebase_profile", user.<JsonNode>map(PushedRecords::profile).orElse(JSON.nullNode()));
        records.put("supabase_documents", documents(ids));
        return records;
    }

    private Optional<User> user(String patientId) {
        return database.sql("SELECT id, identity, email, phone FROM app_users WHERE identity = ? OR id = ? LIMIT 1")
                .params(patientId, USER_ID + patientId)
                .query((row, number) -> new User(
                        row.getString("id").substring(USER_ID.length()),
                        row.getString("identity"),
                        row.getString("email"),
                        row.getString("phone")))
                .optional();
    }

    private static ObjectNode account(User user) {
        return JSON.objectNode()
                .put("id", user.identity())
                .put("firebase_uid", user.uid())
                .put("phone", user.phone())
                .put("email", user.email())
                .put("role", "PATIENT");
    }

    private static ObjectNode profile(User user) {
        return JSON.objectNode()
                .put("uid", user.uid())
                .put("email", user.email())
                .put("phoneNumber", user.phone());
    }

    private ArrayNode documents(List<String> patientIds) {
        ArrayNode documents = JSON.arrayNode();
        database.sql(
                        "SELECT id, patient_id, type FROM processed_documents WHERE patient_id IN (:ids) ORDER BY id LIMIT "
                                + MOST_DOCUMENTS)
                .param("ids", patientIds)
                .query((row, number) -> JSON.objectNode()
                        .put("id", row.getString("id").substring(DOCUMENT_ID))
                        .put("patient_id", row.getString("patient_id"))
                        .put("type", row.getString("type")))
                .list()
                .forEach(documents::add);
        return documents;
    }
}
