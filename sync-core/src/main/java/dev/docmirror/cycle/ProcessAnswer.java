package dev.docmirror.cycle;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.QueuedOperation;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a client is told of an operation that was to be processed. */
public sealed interface ProcessAnswer {
    /** The operation's state in the words of offline clients. */
    String status();

    /** The same for people. */
    String message();

    /**
     * It is done.
     *
     * @param status {@code SYNCED}
     * @param result the document's fields, {@code id} first; nothing but the id if it was not given. For the client only
     */
    record Synced(String status, String message, ObjectNode result) implements ProcessAnswer {

        /** Status and message; no content. */
        @Override
        public String toString() {
            return "Synced[" + message + "]";
        }
    }

    /**
     * The source holds another version, and somebody has to decide.
     *
     * @param status {@code CONFLICT}
     * @param error what stands against it
     * @param resolutionOptions what {@link dev.docmirror.queue.SyncQueue#resolve} takes
     */
    record Conflict(String status, String message, String error, List<String> resolutionOptions)
            implements ProcessAnswer {
        public Conflict {
            resolutionOptions = List.copyOf(resolutionOptions);
        }
    }

    /**
     * It failed.
     *
     * @param status {@code FAILED}
     * @param error why; a rule or an error code
     */
    record Failed(String status, String message, String error) implements ProcessAnswer {}

    /**
     * Its turn has not come, or it was taken out.
     *
     * @param status {@code PENDING}, {@code SYNCING} or {@code CANCELLED}
     */
    record Open(String status, String message) implements ProcessAnswer {}

    /**
     * The answer for an operation as it stands now.
     *
     * @param result the document as the source or the mirror holds it, for an operation that is done; may be left out
     */
    static ProcessAnswer of(QueuedOperation queued, Optional<Document> result) {
        String status = ClientStatus.of(queued.state()).name();
        return switch (queued.state()) {
            case COMPLETED -> new Synced(status, done(queued), fields(queued, result));
            case CONFLICT -> new Conflict(status, "Version conflict detected", conflict(queued), options());
            case FAILED ->
                new Failed(status, "Operation failed", queued.reason().orElse("unknown"));
            case PENDING, PROCESSING -> new Open(status, "Operation waits for sync");
            case CANCELLED -> new Open(status, "Operation was cancelled");
        };
    }

    private static String done(QueuedOperation queued) {
        return queued.result().isPresent() ? "Operation synced successfully" : "Operation done, nothing was written";
    }

    private static String conflict(QueuedOperation queued) {
        return queued.server().isPresent() ? "Resource was modified on server" : "Resource does not exist on server";
    }

    private static List<String> options() {
        return Arrays.stream(OperationResolution.values()).map(Enum::name).toList();
    }

    private static ObjectNode fields(QueuedOperation queued, Optional<Document> result) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("id", queued.operation().id().value());
        result.filter(document -> !document.deleted())
                .ifPresent(document -> document.body().forEachEntry((name, value) -> {
                    if (!name.startsWith("_") && !name.equals("id")) {
                        fields.set(name, value);
                    }
                }));
        return fields;
    }
}
