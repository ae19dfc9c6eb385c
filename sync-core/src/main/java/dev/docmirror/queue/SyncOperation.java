package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something the host wants written to the source. Immutable, as long as nobody modifies the body.
 *
 * @param kind what is to be done
 * @param type the document's type, 1 to 191 characters
 * @param id the document
 * @param body the whole document ({@code CREATE}, {@code UPDATE}), a merge patch (RFC 7396), or nothing ({@code DELETE});
 *     fields that begin with an underscore are
 *     the source's own and are ignored; attachments stay. Nested at most 100 levels deep
 * @param base the revision it was made from
 * @param version the version it was made from, as the document's own version field has it
 * @param user who did it
 * @param device where
 * @param clientTime when, by the device's clock; kept, never used to decide
 * @param delay how long it waits before it is tried first, at most ten years
 */
public record SyncOperation(
        Kind kind,
        String type,
        DocumentId id,
        Optional<ObjectNode> body,
        Optional<Revision> base,
        OptionalLong version,
        Optional<String> user,
        Optional<String> device,
        Optional<Instant> clientTime,
        Duration delay) {
    private static final int LONGEST_NAME = 191;
    /** What is nested deeper could not be read back from the source. */
    private static final int DEEPEST = 100;

    private static final Duration LONGEST_DELAY = Duration.ofDays(3_650);

    /** What is to be done. */
    public enum Kind {
        /** A document that does not exist yet. */
        CREATE,
        /** A new version of a document, whole. */
        UPDATE,
        /** Some fields of a document, as a JSON merge patch. */
        PATCH,
        /** No document any more. */
        DELETE
    }

    public SyncOperation {
        name("type", type);
        user.ifPresent(value -> name("user", value));
        device.ifPresent(value -> name("device", value));
        if (body.isPresent() == (kind == Kind.DELETE)) {
            throw new IllegalArgumentException("body: must be given for all kinds but DELETE, kind was " + kind);
        }
        if (body.isPresent() && isDeeper(body.get(), DEEPEST)) {
            throw new IllegalArgumentException("body: must be nested at most " + DEEPEST + " levels deep");
        }
        if (kind == Kind.CREATE && (base.isPresent() || version.isPresent())) {
            throw new IllegalArgumentException("base: must not be given for CREATE");
        }
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("delay: must be 0 to " + LONGEST_DELAY + ", was " + delay);
        }
    }

    private static boolean isDeeper(JsonNode node, int levels) {
        if (!node.isContainer()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (isDeeper(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    private static void name(String property, String value) {
        if (value.isEmpty() || value.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    property + ": must have 1 to " + LONGEST_NAME + " characters, had " + value.length());
        }
    }

    /** Creates a document. */
    public static SyncOperation create(String type, DocumentId id, ObjectNode body) {
        return of(Kind.CREATE, type, id, Optional.of(body));
    }

    /** Replaces a document. Without a base it replaces whatever is there. */
    public static SyncOperation update(String type, DocumentId id, ObjectNode body) {
        return of(Kind.UPDATE, type, id, Optional.of(body));
    }

    /**
     * Changes some fields of a document.
     *
     * @param mergePatch as RFC 7396 defines it: fields replace fields, {@code null} removes one
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7396">RFC 7396: JSON merge patch</a>
     */
    public static SyncOperation patch(String type, DocumentId id, ObjectNode mergePatch) {
        return of(Kind.PATCH, type, id, Optional.of(mergePatch));
    }

    /** Deletes a document. */
    public static SyncOperation delete(String type, DocumentId id) {
        return of(Kind.DELETE, type, id, Optional.empty());
    }

    private static SyncOperation of(Kind kind, String type, DocumentId id, Optional<ObjectNode> body) {
        return new SyncOperation(
                kind,
                type,
                id,
                body,
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO);
    }

    /** Only if the source still holds this revision; else the operation is in conflict. */
    public SyncOperation onRevision(Revision revision) {
        return new SyncOperation(kind, type, id, body, Optional.of(revision), version, user, device, clientTime, delay);
    }

    /** Only if the document's version field still has this value; else the operation is in conflict. */
    public SyncOperation onVersion(long number) {
        return new SyncOperation(kind, type, id, body, base, OptionalLong.of(number), user, device, clientTime, delay);
    }

    /** Who did it, and on which device. */
    public SyncOperation by(String userId, String deviceId) {
        return new SyncOperation(
                kind, type, id, body, base, version, Optional.of(userId), Optional.of(deviceId), clientTime, delay);
    }

    /** When the client did it, by its own clock. */
    public SyncOperation at(Instant time) {
        return new SyncOperation(kind, type, id, body, base, version, user, device, Optional.of(time), delay);
    }

    /** Not before some time has passed. Default: at once. */
    public SyncOperation after(Duration wait) {
        return new SyncOperation(kind, type, id, body, base, version, user, device, clientTime, wait);
    }

    /** The same, made from this revision and from no version. */
    public SyncOperation rebased(Revision revision) {
        Kind onto = kind == Kind.CREATE ? Kind.UPDATE : kind;
        return new SyncOperation(
                onto, type, id, body, Optional.of(revision), OptionalLong.empty(), user, device, clientTime, delay);
    }

    /** Whether both were made from the same revision and version, and name one at all. */
    public boolean sameBase(SyncOperation other) {
        return (base.isPresent() || version.isPresent()) && base.equals(other.base) && version.equals(other.version);
    }

    /** Kind, type and id; no content. */
    @Override
    public String toString() {
        return "SyncOperation[" + kind + " " + type + " " + id + "]";
    }
}
