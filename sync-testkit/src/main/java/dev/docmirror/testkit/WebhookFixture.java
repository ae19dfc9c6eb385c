package dev.docmirror.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.webhook.WebhookChangeSource;
import dev.docmirror.webhook.WebhookDelivery;
import dev.docmirror.webhook.WebhookInbox;
import org.junit.jupiter.api.Assumptions;

/** Writes through an inbox, as a webhook does. */
final class WebhookFixture implements SourceFixture {
    private final WebhookInbox inbox;
    private final Runnable recreate;
    private final ChangeSource source;
    private final AtomicLong deliveries = new AtomicLong();

    WebhookFixture(WebhookInbox inbox, Runnable recreate) {
        this.inbox = inbox;
        this.recreate = recreate;
        this.source = WebhookChangeSource.of(inbox);
    }

    @Override
    public ChangeSource source() {
        return source;
    }

    @Override
    public Revision put(DocumentId id, String body) {
        inbox.append(WebhookDelivery.changed(nextDelivery(), id, body.getBytes(StandardCharsets.UTF_8)));
        return newest(id);
    }

    @Override
    public Revision delete(DocumentId id, Revision leaf) {
        inbox.append(WebhookDelivery.deleted(nextDelivery(), id));
        return newest(id);
    }

    @Override
    public void fork(DocumentId id, Revision revision, Optional<Revision> parent, boolean deleted, String body) {
        Assumptions.abort("a document that was pushed in has one leaf, and the inbox makes its revisions");
    }

    @Override
    public void recreate() {
        recreate.run();
    }

    private String nextDelivery() {
        return "delivery-" + deliveries.incrementAndGet();
    }

    private Revision newest(DocumentId id) {
        return source.read(List.of(id)).get(0).winner().revision();
    }

    @Override
    public void close() {}
}
