/**
 * What other systems push in, at {@code /api/webhooks}. A delivery is signed as Standard Webhooks says, is durable in an inbox
 * before it is answered, takes effect once, and is mirrored from the inbox by a worker of its own.
 */
@NullMarked
package dev.docmirror.examples.backend.webhook;

import org.jspecify.annotations.NullMarked;
