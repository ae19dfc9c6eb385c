package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.Opened;
import dev.docmirror.error.EnvelopeException;
import dev.docmirror.error.OperationTooLargeException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bodies of the queue as text, and back: the same down to the digits of numbers. With a codec they are sealed, each for
 * its document; what was stored in clear text before is still read.
 *
 * @param codec seals and opens; empty for clear text
 */
record QueueBodies(Optional<EnvelopeCodec> codec) {
    /** Seals nothing, and opens nothing. */
    static final QueueBodies CLEAR = new QueueBodies(Optional.empty());

    /** Why an operation is not tried. */
    static final String SHUT = "the stored body can't be opened: its key is not there, or it was altered";

    /** What was accepted must be readable for ever, so the limits are beyond those of any mapping. */
    private static final DocumentReader READER =
            DocumentReader.defaults().withMaxDepth(1_000).withMaxNumberLength(100_000);

    private static final Revision ANY = new Revision(1, "queued");

    /** All columns of a row but id and body, at their longest. */
    private static final long ROW_BYTES = 16_000;

    /** The one member of a sealed body, and that of its plaintext: the JSON text. No document has them. */
    private static final String SEALED = "docmirror_sealed";

    private static final String QUEUED = "docmirror_queued";

    /** How long an envelope is around its ciphertext, at its longest. */
    private static final long ENVELOPE_BYTES = 2_000;

    /**
     * What is stored.
     *
     * @throws dev.docmirror.error.MissingKeyException if there is no key to seal with
     */
    String written(DocumentId id, ObjectNode body) {
        if (codec.isEmpty() || isSealed(body)) {
            return text(body);
        }
        ObjectNode queued = JsonNodeFactory.instance.objectNode().put(QUEUED, text(body));
        ObjectNode sealed = JsonNodeFactory.instance.objectNode();
        sealed.set(SEALED, codec.get().seal(id, queued));
        return sealed.toString();
    }

    /** What was stored; still sealed if it can't be opened, see {@link #isShut}. */
    ObjectNode opened(DocumentId id, byte[] utf8) {
        ObjectNode stored = read(id, utf8);
        if (codec.isEmpty() || !isSealed(stored)) {
            return stored;
        }
        ObjectNode envelope = (ObjectNode) stored.get(SEALED);
        try {
            if (codec.get().recognizes(envelope)
                    && codec.get().open(id, envelope) instanceof Opened.Plaintext plaintext
                    && plaintext.body().path(QUEUED).isString()) {
                String json = plaintext.body().get(QUEUED).stringValue();
                return read(id, json.getBytes(StandardCharsets.UTF_8));
            }
            return stored;
        } catch (EnvelopeException e) {
            return stored; // stays as it is; whoever claims the operation tells
        }
    }

    private static boolean isSealed(ObjectNode body) {
        return body.size() == 1 && body.path(SEALED).isObject();
    }

    /** Whether what is to be done is not known, because a body could not be opened. */
    static boolean isShut(QueuedOperation operation) {
        return operation.operation().body().filter(QueueBodies::isSealed).isPresent()
                || operation.pinned().filter(pin -> isSealed(pin.body())).isPresent();
    }

    /** The JSON text; lone surrogates, which UTF-8 can't carry, are escaped. */
    private static String text(ObjectNode body) {
        String json = body.toString();
        if (Unicode.wellFormed(json)) {
            return json;
        }
        StringBuilder out = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                out.append("\\u").append(Integer.toHexString(c)); // only strings can hold one
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** @throws dev.docmirror.error.MappingException if it is no JSON object within the limits; without content */
    private static ObjectNode read(DocumentId id, byte[] utf8) {
        return new Document(id, ANY, false, utf8, READER).body();
    }

    /** The operation as it comes back from the store, so that one that could not be read again is refused at once. */
    static SyncOperation stored(SyncOperation given) {
        if (!Unicode.wellFormed(given.id().value())) {
            throw new IllegalArgumentException("id: must be valid Unicode, has a lone surrogate");
        }
        return new SyncOperation(
                given.kind(),
                Unicode.repaired(given.type()),
                given.id(),
                given.body().map(body -> stored(given.id(), body)),
                given.base(),
                given.version(),
                given.user().map(Unicode::repaired),
                given.device().map(Unicode::repaired),
                given.clientTime(),
                given.delay());
    }

    static DocumentEdit stored(DocumentEdit given) {
        return new DocumentEdit(given.id(), given.parent(), given.deleted(), stored(given.id(), given.body()));
    }

    private static ObjectNode stored(DocumentId id, ObjectNode body) {
        return read(id, text(body).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a statement can carry an operation. */
    boolean fits(SyncOperation operation, Server server) {
        return largest(operation.id(), operation.body()) <= server.maxPacket();
    }

    /** @throws OperationTooLargeException if no statement can carry it */
    void check(DocumentId id, Optional<ObjectNode> body, Server server) {
        long most = largest(id, body);
        if (most > server.maxPacket()) {
            throw new OperationTooLargeException(
                    id, "set the server's max_allowed_packet to " + most + " or more, it is " + server.maxPacket());
        }
    }

    private long largest(DocumentId id, Optional<ObjectNode> body) {
        return ROW_BYTES
                + Values.largestText(id.value())
                + body.map(QueueBodies::text).map(this::largest).orElse(0L);
    }

    private long largest(String json) {
        if (codec.isEmpty()) {
            return Values.largestText(json);
        }
        long quoted =
                Values.largestText(JsonNodeFactory.instance.stringNode(json).toString());
        return ENVELOPE_BYTES + quoted * 4 / 3;
    }
}
