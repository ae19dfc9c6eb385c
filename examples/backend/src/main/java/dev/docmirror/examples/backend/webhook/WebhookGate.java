package dev.docmirror.examples.backend.webhook;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.docmirror.examples.backend.RateLimit;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Lets deliveries in whose sender is who it says, of now and of a fair number. Thread-safe. */
final class WebhookGate {
    private static final int DEPTH = 20;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.:-]{1,191}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, WebhookSignature> signatures = new HashMap<>();
    private final Duration window;
    private final int maxBody;
    private final RateLimit limit;
    private final Clock clock;

    WebhookGate(WebhookSettings settings, Clock clock) {
        settings.secrets().forEach((sender, secret) -> signatures.put(sender, WebhookSignature.of(sender, secret)));
        this.window = settings.window();
        this.maxBody = Math.toIntExact(settings.maxBody().toBytes());
        this.limit = new RateLimit(settings.burst(), settings.perSecond());
        this.clock = clock;
    }

    /**
     * The delivery in a request.
     *
     * @throws ErrorResponseException with 429 if its address sends too many, 413, 401 if signature or time are wrong, 400
     */
    Delivery admit(String sender, HttpServletRequest request) throws IOException {
        limit.admit(request.getRemoteAddr(), "deliveries");
        byte[] body = body(request);
        String id = header(request, "webhook-id", ID);
        String time = header(request, "webhook-timestamp", SECONDS);
        WebhookSignature signature = signatures.get(sender);
        Optional<String> given = Optional.ofNullable(request.getHeader("webhook-signature"));
        if (signature == null || given.isEmpty() || !signature.isRight(id, time, body, given.get())) {
            throw refused(HttpStatus.UNAUTHORIZED, "the signature is wrong");
        }
        Instant signedAt = Instant.ofEpochSecond(Long.parseLong(time));
        if (Duration.between(signedAt, clock.instant()).abs().compareTo(window) > 0) {
            throw refused(HttpStatus.UNAUTHORIZED, "webhook-timestamp is too far from now");
        }
        return new Delivery(sender, id, signedAt, object(body));
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(maxBody + 1);
        if (body.length > maxBody) {
            throw refused(HttpStatus.CONTENT_TOO_LARGE, "the body has more than " + maxBody + " bytes");
        }
        return body;
    }

    private static String header(HttpServletRequest request, String name, Pattern form) {
        String value = request.getHeader(name);
        if (value == null || !form.matcher(value).matches()) {
            throw refused(HttpStatus.UNAUTHORIZED, name + " is missing or has not the right form");
        }
        return value;
    }

    private static ObjectNode object(byte[] body) {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // Its message quotes the body.
        }
        throw refused(HttpStatus.BAD_REQUEST, "the body must be a JSON object that nests at most " + DEPTH + " deep");
    }

    static ErrorResponseException refused(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }
}
