package dev.docmirror.queue;

import java.util.Optional;

import dev.docmirror.change.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The bodies that operations make. Pure. */
final class Bodies {
    private static final String ATTACHMENTS = "_attachments";

    private Bodies() {}

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The fields that are not the source's own. */
    static ObjectNode fields(ObjectNode body) {
        if (body.propertyStream().noneMatch(field -> isSources(field.getKey()))) {
            return body;
        }
        ObjectNode fields = body.objectNode();
        body.forEachEntry((name, value) -> {
            if (!isSources(name)) {
                fields.set(name, value);
            }
        });
        return fields;
    }

    private static boolean isSources(String name) {
        return name.startsWith("_");
    }

    /**
     * The fields that a document has after an operation that is no deletion.
     *
     * @param onto what it is done to; empty for nothing, or nothing any more
     */
    static ObjectNode after(SyncOperation operation, Optional<Document> onto) {
        ObjectNode given = fields(operation.body().orElseThrow());
        if (operation.kind() != SyncOperation.Kind.PATCH) {
            return given;
        }
        return MergePatch.apply(onto.map(leaf -> fields(leaf.body())).orElseGet(Bodies::empty), given);
    }

    /** The fields with the attachments of the version they take the place of: those are no fields of the host's. */
    static ObjectNode withAttachmentsOf(Document replaced, ObjectNode fields) {
        JsonNode attachments = replaced.body().get(ATTACHMENTS);
        if (attachments == null) {
            return fields;
        }
        ObjectNode whole = fields.objectNode();
        whole.setAll(fields);
        whole.set(ATTACHMENTS, attachments);
        return whole;
    }
}
