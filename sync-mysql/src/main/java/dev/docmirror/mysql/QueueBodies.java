package dev.docmirror.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.error.OperationTooLargeException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of the queue as text, and back: the same down to the digits of numbers. */
final class QueueBodies {
    /** What was accepted must be readable for ever, so the limits are beyond those of any mapping. */
    private static final DocumentReader READER =
            DocumentReader.defaults().withMaxDepth(1_000).withMaxNumberLength(100_000);

    private static final Revision ANY = new Revision(1, "queued");

    /** All columns of a row but id and body, at their longest. */
    private static final long ROW_BYTES = 16_000;

    private QueueBodies() {}

    /** The JSON text; lone surrogates, which UTF-8 can't carry, are escaped. */
    static String text(ObjectNode body) {
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
    static ObjectNode read(DocumentId id, byte[] utf8) {
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
    static boolean fits(SyncOperation operation, Server server) {
        return largest(operation.id(), operation.body()) <= server.maxPacket();
    }

    /** @throws OperationTooLargeException if no statement can carry it */
    static void check(DocumentId id, Optional<ObjectNode> body, Server server) {
        long most = largest(id, body);
        if (most > server.maxPacket()) {
            throw new OperationTooLargeException(
                    id, "set the server's max_allowed_packet to " + most + " or more, it is " + server.maxPacket());
        }
    }

    private static long largest(DocumentId id, Optional<ObjectNode> body) {
        return ROW_BYTES
                + Values.largestText(id.value())
                + body.map(QueueBodies::text).map(Values::largestText).orElse(0L);
    }
}
