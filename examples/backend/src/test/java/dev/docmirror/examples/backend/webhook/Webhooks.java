package dev.docmirror.examples.backend.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import dev.docmirror.examples.backend.BackendServers;
import dev.docmirror.examples.backend.proxy.Requests.Request;

/** Deliveries as their senders make them. */
public final class Webhooks {
    public static final String DOCUMENT = "/api/webhooks/supabase/document-processed";
    public static final String USER = "/api/webhooks/firebase/user-created";

    private static final WebhookSignature SIGNATURE = WebhookSignature.of("tests", BackendServers.WEBHOOK_SECRET);

    private Webhooks() {}

    /** A delivery that is signed rightly. */
    public static Request signed(String path, String id, Instant at, String body) {
        return signed(path, id, Long.toString(at.getEpochSecond()), body);
    }

    public static Request signed(String path, String id, String time, String body) {
        return Request.of("POST", path)
                .header("webhook-id", id)
                .header("webhook-timestamp", time)
                .header("webhook-signature", SIGNATURE.sign(id, time, body.getBytes(StandardCharsets.UTF_8)))
                .json(body);
    }
}
