package dev.docmirror.examples.backend.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.docmirror.change.DocumentId;
import dev.docmirror.identity.ExternalId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The two webhooks: a document was processed, an account was made. */
@RestController
@RequestMapping(path = "/api/webhooks", consumes = MediaType.APPLICATION_JSON_VALUE)
class WebhookController {
    static final String METER = "clinic.webhook.deliveries";

    private static final String SUPABASE = "supabase";
    private static final String FIREBASE = "firebase";
    private static final int LONGEST_TEXT = 255;

    private final WebhookGate gate;
    private final Deliveries deliveries;
    private final MeterRegistry meters;

    WebhookController(WebhookGate gate, Deliveries deliveries, MeterRegistry meters) {
        this.gate = gate;
        this.deliveries = deliveries;
        this.meters = meters;
        for (String sender : new String[] {SUPABASE, FIREBASE}) {
            for (Outcome outcome : Outcome.values()) {
                count(sender, outcome, 0); // there from the beginning
            }
        }
    }

    private enum Outcome {
        ACCEPTED,
        REFUSED,
        FAILED
    }

    /** The answer to a document's delivery. */
    record Success(boolean success) {}

    /** The answer to an account's delivery. */
    record Created(
            boolean success, @JsonProperty("postgres_id") String postgresId) {}

    @PostMapping("/supabase/document-processed")
    Success processed(HttpServletRequest request) throws IOException {
        return counted(SUPABASE, () -> {
            Delivery delivery = gate.admit(SUPABASE, request);
            String id = text(delivery, "document_id");
            ObjectNode document = JsonNodeFactory.instance
                    .objectNode()
                    .put("kind", WebhookTables.DOCUMENT)
                    .put("patient_id", text(delivery, "patient_id"))
                    .put("type", text(delivery, "type"));
            deliveries.processed(delivery, DocumentId.of("document/" + id), document);
            return new Success(true);
        });
    }

    @PostMapping("/firebase/user-created")
    Created created(HttpServletRequest request) throws IOException {
        return counted(FIREBASE, () -> {
            Delivery delivery = gate.admit(FIREBASE, request);
            String uid = text(delivery, "uid");
            ObjectNode user = JsonNodeFactory.instance.objectNode().put("kind", WebhookTables.USER);
            // An account has one of them, or both.
            optional(delivery, "email").ifPresent(email -> user.put("email", email));
            optional(delivery, "phoneNumber").ifPresent(phone -> user.put("phoneNumber", phone));
            ExternalId account = ExternalId.of(FIREBASE, uid);
            String identity = deliveries
                    .created(delivery, account, DocumentId.of("user/" + uid), user)
                    .value();
            return new Created(true, identity);
        });
    }

    private static Optional<String> optional(Delivery delivery, String name) {
        JsonNode value = delivery.body().path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(text(delivery, name));
    }

    private static String text(Delivery delivery, String name) {
        JsonNode value = delivery.body().path(name);
        String text = value.asString("");
        boolean fits = value.isString() && !text.isEmpty() && text.length() <= LONGEST_TEXT;
        if (!fits || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw WebhookGate.refused(
                    HttpStatus.UNPROCESSABLE_CONTENT, name + " must be a text of 1 to " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T counted(String sender, Action<T> action) throws IOException {
        Outcome outcome = Outcome.FAILED;
        try {
            T answer = action.run();
            outcome = Outcome.ACCEPTED;
            return answer;
        } catch (ErrorResponseException e) {
            outcome = Outcome.REFUSED;
            throw e;
        } finally {
            count(sender, outcome, 1);
        }
    }

    private void count(String sender, Outcome outcome, int deliveries) {
        meters.counter(METER, "sender", sender, "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .increment(deliveries);
    }
}
