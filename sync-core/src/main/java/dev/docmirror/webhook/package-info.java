/**
 * Changes that are pushed in. A webhook's handler appends each {@link dev.docmirror.webhook.WebhookDelivery} to a
 * {@link dev.docmirror.webhook.WebhookInbox} before it answers; a {@link dev.docmirror.webhook.WebhookChangeSource}
 * makes a feed of the inbox, for a worker to mirror like any other.
 */
@NullMarked
package dev.docmirror.webhook;

import org.jspecify.annotations.NullMarked;
