package dev.docmirror.examples.backend.webhook;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.webhook.WebhookChangeSource;
import org.springframework.scheduling.annotation.Scheduled;

/** Forgets what is not needed any more: tries out of the window, deliveries that are mirrored and old. */
final class WebhookHousekeeping {
    private final WebhookSettings settings;
    private final Deliveries deliveries;
    private final WebhookChangeSource source;
    private final CheckpointStore checkpoints;

    WebhookHousekeeping(
            WebhookSettings settings, Deliveries deliveries, WebhookChangeSource source, CheckpointStore checkpoints) {
        this.settings = settings;
        this.deliveries = deliveries;
        this.source = source;
        this.checkpoints = checkpoints;
    }

    @Scheduled(initialDelay = 10, fixedDelay = 10, timeUnit = TimeUnit.MINUTES)
    void forget() {
        // A sender's clock may be ahead by the window as well.
        deliveries.forget(Instant.now().minus(settings.window().multipliedBy(2)));
        checkpoints
                .load(StreamId.of(WebhookConfiguration.STREAM))
                .ifPresent(reached -> source.purge(reached.position(), settings.keep()));
    }
}
