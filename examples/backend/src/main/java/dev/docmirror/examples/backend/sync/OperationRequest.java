package dev.docmirror.examples.backend.sync;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.docmirror.change.DocumentId;
import dev.docmirror.examples.backend.proxy.WriteRules;
import dev.docmirror.queue.SyncOperation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client did while it was offline. {@code toString} does not show the data.
 *
 * @param userId who did it
 * @param deviceId on which device
 * @param operation {@code CREATE}, {@code UPDATE} or {@code DELETE}
 * @param resourceType the document's type
 * @param resourceId the document; a new one gets an id if it has none
 * @param data the document's fields, of an update those that change
 * @param createdAtClient when, by the device's clock
 * @param version of a new document, its version; else the version that the client had
 */
record OperationRequest(
        @Nullable String userId,
        @Nullable String deviceId,
        @Nullable Kind operation,
        @Nullable String resourceType,
        @Nullable String resourceId,
        @Nullable ObjectNode data,
        @Nullable Instant createdAtClient,
        @Nullable Long version) {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,63}");
    private static final String VERSION = "version";

    enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }

    /**
     * The operation for the queue. A document's version goes up with each update: two devices that had the same one can't
     * both write without noticing.
     *
     * @param ownerField names the user in the document, who is always the operation's own
     * @throws IllegalArgumentException if something is missing or not usable; the message names the field, not its value
     */
    SyncOperation toOperation(String ownerField) {
        String user = required("userId", userId);
        String type = required("resourceType", resourceType);
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("resourceType: must be a word of 1 to 64 letters and digits");
        }
        SyncOperation undated = switch (required("operation", operation)) {
            case CREATE -> SyncOperation.create(type, newId(type), fields(type, version, ownerField, user));
            case UPDATE -> onVersion(SyncOperation.patch(type, id(), fields(type, next(), ownerField, user)));
            case DELETE -> onVersion(SyncOperation.delete(type, id()));
        };
        SyncOperation operated = undated.by(user, required("deviceId", deviceId));
        return createdAtClient == null ? operated : operated.at(createdAtClient);
    }

    private ObjectNode fields(String type, @Nullable Long at, String ownerField, String user) {
        ObjectNode fields = required("data", data).deepCopy().put("type", type);
        if (!WriteRules.isUsable(fields)) {
            throw new IllegalArgumentException("data: a number is too large or too small, or a text is no Unicode");
        }
        if (fields.has(ownerField) && !fields.path(ownerField).asString("").equals(user)) {
            throw new IllegalArgumentException(ownerField + ": must be the user whose operation it is");
        }
        fields.put(ownerField, user);
        return at == null ? fields : fields.put(VERSION, at);
    }

    private @Nullable Long next() {
        return version == null ? null : Math.addExact(version, 1);
    }

    private SyncOperation onVersion(SyncOperation operated) {
        return version == null ? operated : operated.onVersion(version);
    }

    private DocumentId newId(String type) {
        return resourceId == null ? DocumentId.of(type.toLowerCase(Locale.ROOT) + "_" + UUID.randomUUID()) : id();
    }

    private DocumentId id() {
        String given = required("resourceId", resourceId);
        if (!WriteRules.isId(given)) {
            throw new IllegalArgumentException("resourceId: must be 1 to 255 characters that don't begin with _");
        }
        return DocumentId.of(given);
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null || (value instanceof String text && text.isBlank())) {
            throw new IllegalArgumentException(field + ": must be given");
        }
        if (value instanceof String text && !WriteRules.isUnicode(text)) {
            throw new IllegalArgumentException(field + ": is no Unicode");
        }
        return Objects.requireNonNull(value);
    }

    /** Operation and type; no data. */
    @Override
    public String toString() {
        return "OperationRequest[" + operation + " " + resourceType + "]";
    }
}
