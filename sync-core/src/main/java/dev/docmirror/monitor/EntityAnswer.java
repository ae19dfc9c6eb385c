package dev.docmirror.monitor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.docmirror.internal.JsonTime;
import tools.jackson.databind.JsonNode;

/**
 * Where somebody's data is, in the form in which an endpoint answers it: what each system holds, and what the sync did. It
 * holds whatever the host puts in; {@code toString} does not show it.
 *
 * @param systems what the systems hold, each as a field of the answer by the name the host gives it
 * @param syncLogs as {@code sync_logs}: what the sync did, oldest first; no document content
 */
public record EntityAnswer(
        @JsonAnyGetter Map<String, JsonNode> systems,
        @JsonProperty("sync_logs") List<SyncLog> syncLogs) {
    public EntityAnswer {
        systems = Collections.unmodifiableMap(new LinkedHashMap<>(systems));
        syncLogs = List.copyOf(syncLogs);
    }

    /**
     * One thing the sync did.
     *
     * @param at when, in ISO 8601 with milliseconds; empty if that is not kept
     * @param document which document
     * @param event {@code mirrored}, {@code operation}, {@code conflict} or {@code dead_letter}
     * @param status the operation's state, how the conflict was decided, where the document failed
     */
    public record SyncLog(
            Optional<String> at,
            String document,
            String event,
            Optional<String> revision,
            Optional<String> status,
            Optional<String> reason) {}

    private record Dated(Instant at, SyncLog log) {}

    /** The answer for somebody's documents. */
    public static EntityAnswer of(Map<String, JsonNode> systems, List<EntityStatus> documents) {
        List<Dated> dated = new ArrayList<>();
        List<SyncLog> now = new ArrayList<>();
        for (EntityStatus status : documents) {
            String id = status.id().value();
            status.operations().forEach(operation -> dated.add(dated(id, operation)));
            status.conflicts().forEach(loser -> dated.add(dated(id, loser)));
            status.mirrored()
                    .ifPresent(mirrored -> now.add(new SyncLog(
                            Optional.empty(),
                            id,
                            "mirrored",
                            Optional.of(mirrored.revision().toString()),
                            Optional.of(mirrored.deleted() ? "DELETED" : "PRESENT"),
                            Optional.empty())));
            status.deadLetter()
                    .ifPresent(letter -> now.add(new SyncLog(
                            Optional.empty(),
                            id,
                            "dead_letter",
                            Optional.of(letter.revision().toString()),
                            Optional.of(letter.kind().name()),
                            Optional.of(letter.reason()))));
        }
        List<SyncLog> logs = new ArrayList<>();
        dated.stream().sorted(Comparator.comparing(Dated::at)).forEach(each -> logs.add(each.log()));
        logs.addAll(now);
        return new EntityAnswer(systems, logs);
    }

    private static Dated dated(String id, EntityStatus.Operation operation) {
        return new Dated(
                operation.changedAt(),
                new SyncLog(
                        Optional.of(JsonTime.of(operation.changedAt())),
                        id,
                        "operation",
                        operation.result().map(Object::toString),
                        Optional.of(operation.state().name()),
                        operation.reason()));
    }

    private static Dated dated(String id, EntityStatus.Loser loser) {
        return new Dated(
                loser.detectedAt(),
                new SyncLog(
                        Optional.of(JsonTime.of(loser.detectedAt())),
                        id,
                        "conflict",
                        Optional.of(loser.revision().toString()),
                        Optional.of(loser.outcome().name()),
                        Optional.of(loser.reason())));
    }

    /** Names of the systems and the number of events; no content. */
    @Override
    public String toString() {
        return "EntityAnswer[" + systems.keySet() + ", " + syncLogs.size() + " events]";
    }
}
