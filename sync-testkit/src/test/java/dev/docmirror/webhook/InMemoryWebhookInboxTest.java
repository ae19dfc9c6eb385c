package dev.docmirror.webhook;

import dev.docmirror.testkit.InMemoryWebhookInbox;
import dev.docmirror.testkit.WebhookInboxContractTest;

class InMemoryWebhookInboxTest extends WebhookInboxContractTest {
    private final InMemoryWebhookInbox inbox = new InMemoryWebhookInbox();

    @Override
    protected WebhookInbox openInbox() {
        return inbox;
    }

    @Override
    protected void recreateInbox() {
        inbox.recreate();
    }
}
