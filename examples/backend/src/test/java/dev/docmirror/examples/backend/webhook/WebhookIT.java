package dev.docmirror.examples.backend.webhook;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncWorker;
import dev.docmirror.examples.backend.BackendIT;
import dev.docmirror.examples.backend.clinic.OtherSystems;
import dev.docmirror.examples.backend.proxy.Requests.Request;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import tools.jackson.databind.JsonNode;

import static dev.docmirror.examples.backend.webhook.Webhooks.DOCUMENT;
import static dev.docmirror.examples.backend.webhook.Webhooks.USER;
import static dev.docmirror.examples.backend.webhook.Webhooks.signed;
import static org.assertj.core.api.Assertions.assertThat;

class WebhookIT extends BackendIT {

    @Autowired
    @Qualifier("webhookWorker")
    private SyncWorker webhookWorker;

    @Autowired
    private Deliveries deliveries;

    @Autowired
    private OtherSystems systems;

    private HttpResponse<String> send(Request request) {
        HttpResponse<String> answer = request.send(port);
        while (answer.statusCode() == 429) { // another test of this address was fast
            answer = request.send(port);
        }
        return answer;
    }

    private JsonNode accepted(Request request) {
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private long entries(String document) {
        return database.sql("SELECT COUNT(*) FROM sync_inbox_entries WHERE id = ?")
                .param(document)
                .query(Long.class)
                .single();
    }

    private List<String> rows(String sql, String id) throws InterruptedException {
        assertThat(webhookWorker.awaitCaughtUp(PATIENCE)).isTrue();
        return database.sql(sql).param(id).query(String.class).list();
    }

    @Test
    void documentProcessed_signed_isAnsweredAsInTheSeedAndMirrored() throws Exception {
        String body = "{\"document_id\":\"doc-1\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";

        JsonNode answer = accepted(signed(DOCUMENT, "msg-doc-1", Instant.now(), body));

        assertThat(answer).isEqualTo(JSON.readTree("{\"success\":true}"));
        assertThat(rows("SELECT CONCAT(patient_id, ' ', type) FROM processed_documents WHERE id = ?", "document/doc-1"))
                .containsExactly("patient-1 prescription");
    }

    @Test
    void userCreated_signed_namesTheSameIdentityForTheSameAccount() throws Exception {
        String body = "{\"uid\":\"uid-1\",\"email\":\"a@example.org\",\"phoneNumber\":\"+26377\"}";

        JsonNode first = accepted(signed(USER, "msg-user-1", Instant.now(), body));
        JsonNode second = accepted(signed(USER, "msg-user-2", Instant.now(), body));
        JsonNode other = accepted(signed(USER, "msg-user-3", Instant.now(), body.replace("uid-1", "uid-2")));

        assertThat(first.propertyNames()).containsExactly("success", "postgres_id");
        assertThat(second).isEqualTo(first);
        assertThat(other.get("postgres_id")).isNotEqualTo(first.get("postgres_id"));
        assertThat(rows("SELECT CONCAT(identity, ' ', email, ' ', phone) FROM app_users WHERE id = ?", "user/uid-1"))
                .containsExactly(first.get("postgres_id").asString() + " a@example.org +26377");
    }

    @Test
    void userCreated_withoutEmail_isMirroredWithoutOne() throws Exception {
        accepted(
                signed(USER, "msg-user-9", Instant.now(), "{\"uid\":\"uid-9\",\"email\":null,\"phoneNumber\":\"+9\"}"));
        assertThat(rows("SELECT CONCAT_WS(' ', email, phone) FROM app_users WHERE id = ?", "user/uid-9"))
                .containsExactly("+9");
    }

    @Test
    void delivery_replayed_isRefusedAndTakesEffectOnce() {
        String body = "{\"document_id\":\"doc-2\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";
        Request delivery = signed(DOCUMENT, "msg-doc-2", Instant.now(), body);

        accepted(delivery);

        assertThat(send(delivery).statusCode()).isEqualTo(409);
        assertThat(entries("document/doc-2")).isEqualTo(1);
    }

    @Test
    void delivery_signedAndSentAgain_isAnsweredAsBeforeAndTakesEffectOnce() {
        String body = "{\"uid\":\"uid-3\",\"email\":\"c@example.org\",\"phoneNumber\":\"+1\"}";
        Instant now = Instant.now();

        JsonNode first = accepted(signed(USER, "msg-user-4", now.minusSeconds(5), body));
        JsonNode again = accepted(signed(USER, "msg-user-4", now, body));

        assertThat(again).isEqualTo(first);
        assertThat(entries("user/uid-3")).isEqualTo(1);
    }

    @Test
    void delivery_sentManyTimesAtOnce_isLetInOnce() throws Exception {
        String body = "{\"document_id\":\"doc-3\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";
        Request delivery = signed(DOCUMENT, "msg-doc-3", Instant.now(), body);
        List<CompletableFuture<Integer>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tries.add(CompletableFuture.supplyAsync(() -> send(delivery).statusCode()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<Integer> one : tries) {
            statuses.add(one.get(1, TimeUnit.MINUTES));
        }
        assertThat(statuses).containsOnly(200, 409).containsOnlyOnce(200);
        assertThat(entries("document/doc-3")).isEqualTo(1);
    }

    @Test
    void delivery_ofAnotherTime_isRefused() {
        String body = "{\"document_id\":\"doc-4\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";
        for (Duration away : List.of(Duration.ofMinutes(-6), Duration.ofMinutes(6))) {
            Request delivery = signed(DOCUMENT, "msg-doc-4", Instant.now().plus(away), body);
            assertThat(send(delivery).statusCode()).isEqualTo(401);
        }
        accepted(signed(DOCUMENT, "msg-doc-4", Instant.now().minus(Duration.ofMinutes(4)), body));
    }

    @Test
    void deliveries_tooMany_areAskedToWait() {
        Request unsigned = Request.of("POST", DOCUMENT).json("{}");
        HttpResponse<String> answer = unsigned.send(port);
        for (int i = 0; answer.statusCode() != 429 && i < 2_000; i++) {
            assertThat(answer.statusCode()).isEqualTo(401);
            answer = unsigned.send(port);
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 10L);
        String body = "{\"document_id\":\"doc-5\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";
        accepted(signed(DOCUMENT, "msg-doc-5", Instant.now(), body));
    }

    @Test
    void forget_triesOutOfTheWindow_keepsTheOthers() {
        String body = "{\"document_id\":\"doc-6\",\"patient_id\":\"patient-1\",\"type\":\"prescription\"}";
        Request delivery = signed(DOCUMENT, "msg-doc-6", Instant.now(), body);
        accepted(delivery);

        deliveries.forget(Instant.now().minus(Duration.ofMinutes(1)));

        assertThat(send(delivery).statusCode()).isEqualTo(409);
    }

    @Test
    void records_ofAPatient_areWhatWasPushedIn() throws Exception {
        String user = "{\"uid\":\"uid-7\",\"email\":\"g@example.org\",\"phoneNumber\":\"+7\"}";
        String identity = accepted(signed(USER, "msg-user-7", Instant.now(), user))
                .get("postgres_id")
                .asString();
        for (String patient : List.of("uid-7", identity)) {
            String body =
                    "{\"document_id\":\"doc-of-" + patient + "\",\"patient_id\":\"" + patient + "\",\"type\":\"scan\"}";
            accepted(signed(DOCUMENT, "msg-doc-of-" + patient, Instant.now(), body));
        }
        assertThat(webhookWorker.awaitCaughtUp(PATIENCE)).isTrue();

        Map<String, JsonNode> records = systems.of(identity);

        assertThat(records.get("postgres_user"))
                .isEqualTo(JSON.readTree("{\"id\":\"" + identity + "\",\"firebase_uid\":\"uid-7\",\"phone\":\"+7\","
                        + "\"email\":\"g@example.org\",\"role\":\"PATIENT\"}"));
        assertThat(records.get("firebase_profile").get("uid").asString()).isEqualTo("uid-7");
        assertThat(records.get("supabase_documents")
                        .valueStream()
                        .map(document -> document.get("id").asString()))
                .containsExactlyInAnyOrder("doc-of-uid-7", "doc-of-" + identity);
        assertThat(systems.of("nobody"))
                .hasEntrySatisfying(
                        "postgres_user", none -> assertThat(none.isNull()).isTrue())
                .hasEntrySatisfying(
                        "supabase_documents", none -> assertThat(none).isEmpty());
        assertThat(systems.counts()).containsOnlyKeys("postgres_users", "supabase_documents");
        assertThat(systems.counts().get("postgres_users")).isPositive();
    }
}
