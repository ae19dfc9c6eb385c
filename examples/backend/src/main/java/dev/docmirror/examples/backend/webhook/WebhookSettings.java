package dev.docmirror.examples.backend.webhook;

import java.time.Duration;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Who may push what in.
 *
 * @param secrets by sender, as {@code whsec_} and base64 of at least 24 bytes; a sender without one is refused
 * @param window how far a delivery's time may be from now
 * @param maxBody a delivery's body
 * @param burst deliveries that an address may send at once
 * @param perSecond deliveries that an address may send in the long run
 * @param keep how long deliveries stay in the inbox once they are mirrored; a sender's repetition is known for as long
 */
@ConfigurationProperties("clinic.webhooks")
public record WebhookSettings(
        @DefaultValue Map<String, String> secrets,
        @DefaultValue("5m") Duration window,
        @DefaultValue("64KB") DataSize maxBody,
        @DefaultValue("50") int burst,
        @DefaultValue("10") int perSecond,
        @DefaultValue("30d") Duration keep) {

    /** Without the secrets. */
    @Override
    public String toString() {
        return "WebhookSettings" + secrets.keySet();
    }
}
