package dev.docmirror.webhook;

import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.internal.Text;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a webhook says about one document.
 *
 * @param deliveryId the sender's own id of this delivery, the same when it sends it again; 1 to 255 characters
 * @param id the document
 * @param kind what it says
 * @param body the whole document, for {@link Kind#CHANGED} only; must not be modified any more. Its fields {@code _id},
 *     {@code _rev} and {@code _deleted} are ignored
 */
public record WebhookDelivery(String deliveryId, DocumentId id, Kind kind, Optional<ObjectNode> body) {
    private static final int LONGEST_DELIVERY = 255;
    private static final DocumentReader READER = DocumentReader.defaults();
    private static final Revision UNKNOWN = new Revision(1, "pushed");

    /** What a webhook says. */
    public enum Kind {
        /** The document is now as the body says. */
        CHANGED,
        /** The document is deleted. */
        DELETED,
        /** The document changed in some way: how it is now has to be asked, see {@link WebhookFetcher}. */
        NAMED
    }

    public WebhookDelivery {
        if (deliveryId.isEmpty() || deliveryId.length() > LONGEST_DELIVERY || !Text.isUnicode(deliveryId)) {
            throw new IllegalArgumentException("deliveryId: must be Unicode text of 1 to " + LONGEST_DELIVERY
                    + " characters, had " + deliveryId.length());
        }
        if (!Text.isUnicode(id.value())) {
            throw new IllegalArgumentException("id: must be Unicode text");
        }
        if (body.isPresent() != (kind == Kind.CHANGED)) {
            throw new IllegalArgumentException("body: must be given for CHANGED only, kind was " + kind);
        }
    }

    /** A document that is new or was changed. */
    public static WebhookDelivery changed(String deliveryId, DocumentId id, ObjectNode body) {
        return new WebhookDelivery(deliveryId, id, Kind.CHANGED, Optional.of(body));
    }

    /**
     * A document that is new or was changed.
     *
     * @param json the body as it came with the request, in UTF-8; its numbers stay exact
     * @throws dev.docmirror.error.MappingException if it is no JSON object, or beyond {@link DocumentReader#defaults()}:
     *     the sender's fault
     */
    public static WebhookDelivery changed(String deliveryId, DocumentId id, byte[] json) {
        return changed(deliveryId, id, new Document(id, UNKNOWN, false, json, READER).body());
    }

    /** A document that was deleted. */
    public static WebhookDelivery deleted(String deliveryId, DocumentId id) {
        return new WebhookDelivery(deliveryId, id, Kind.DELETED, Optional.empty());
    }

    /** A document that the webhook only names. */
    public static WebhookDelivery named(String deliveryId, DocumentId id) {
        return new WebhookDelivery(deliveryId, id, Kind.NAMED, Optional.empty());
    }

    /** What an inbox keeps of the body: its JSON in UTF-8, without the fields that are ignored; empty without a body. */
    public byte[] json() {
        return body.map(WebhookBody::of).orElse(new byte[0]);
    }

    /** Delivery, document and kind; no content. */
    @Override
    public String toString() {
        return "WebhookDelivery[" + Text.printable(deliveryId) + ", " + id + ", " + kind + "]";
    }
}
