package dev.docmirror.examples.backend.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of <a href="https://www.standardwebhooks.com/">Standard Webhooks</a>: HMAC-SHA256 over the delivery's id, its
 * time and its body, so that none of them can be exchanged. Immutable and thread-safe.
 */
final class WebhookSignature {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST_SECRET = 24;
    private static final String VERSION = "v1,";

    private final SecretKeySpec key;

    private WebhookSignature(SecretKeySpec key) {
        this.key = key;
    }

    /** @throws IllegalArgumentException if it is no secret; the message does not show it */
    static WebhookSignature of(String sender, String secret) {
        byte[] bytes = new byte[0];
        if (secret.startsWith(PREFIX)) {
            try {
                bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException e) {
                // said below
            }
        }
        if (bytes.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("clinic.webhooks.secrets." + sender + ": must be " + PREFIX
                    + " and base64 of at least " + SHORTEST_SECRET + " bytes");
        }
        return new WebhookSignature(new SecretKeySpec(bytes, "HmacSHA256"));
    }

    /**
     * Whether one of the given signatures is right. How long it takes does not tell how much of one is.
     *
     * @param signatures as in the header, with spaces in between: a sender that changes its secret sends several
     */
    boolean isRight(String id, String time, byte[] body, String signatures) {
        byte[] right = sign(id, time, body).getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String signature : signatures.split(" ", -1)) {
            found |= MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.UTF_8));
        }
        return found;
    }

    /** The signature, as in the header. */
    String sign(String id, String time, byte[] body) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return VERSION + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
