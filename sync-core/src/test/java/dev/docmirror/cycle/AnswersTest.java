package dev.docmirror.cycle;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.PushReport;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The answers of the endpoints, written by a mapper without any settings, against the text that clients were promised. */
class AnswersTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Instant SYNCED_AT = Instant.parse("2026-02-17T04:45:00Z");
    private static final StreamId STREAM = StreamId.of("test");
    private static final DocumentId ID = DocumentId.of("507f1f77bcf86cd799439040");

    /** Every field, its type, its value, and the order of all. */
    private static void assertJson(Object answer, String promised) {
        assertThat(MAPPER.writeValueAsString(answer))
                .isEqualTo(MAPPER.readTree(promised).toString());
    }

    @Test
    void run_isAsPromised() {
        PullEvents events = new PullEvents();
        events.on(STREAM, rejected("ClinicalNote", "note-7"));
        events.on(STREAM, batch(3, 3, 0));
        PushReport pushed = new PushReport(5, 4, 1, 0, List.of(), Optional.empty());
        assertJson(
                CycleReport.of(true, SYNCED_AT.plusNanos(999), Duration.ofNanos(1_234_567_890), pushed, events.take()),
                """
                {
                  "success": true,
                  "completedAt": "2026-02-17T04:45:00Z",
                  "durationMs": 1234,
                  "push": {
                    "total": 5,
                    "success": 4,
                    "failed": 1,
                    "conflicts": 0
                  },
                  "pull": {
                    "total": 3,
                    "applied": 2,
                    "skipped": 0,
                    "conflicts": 1
                  },
                  "conflicts": [
                    {
                      "entityType": "ClinicalNote",
                      "entityId": "note-7",
                      "resolution": "RejectedImmutable",
                      "reason": "Entity is signed and immutable"
                    }
                  ]
                }
                """);
    }

    @Test
    void run_everyKindOfDecision_hasAName() {
        assertThat(List.of(ArchivedConflict.Outcome.values()))
                .extracting(CycleReport.Conflict::name)
                .containsExactly("Chosen", "Merged", "RejectedImmutable", "RejectedLocked", "Review");
        assertThat(List.of(OperationResolution.values()))
                .extracting(CycleReport.Conflict::name)
                .containsExactly("ClientWins", "ServerWins", "Manual");
        PushReport pushed = new PushReport(
                1,
                0,
                0,
                1,
                List.of(new PushReport.OperationConflict(7, "IntakeForm", ID, Optional.empty(), "changed meanwhile")),
                Optional.empty());
        CycleReport report = CycleReport.of(true, SYNCED_AT, Duration.ZERO, pushed, new PullEvents().take());
        assertThat(report.conflicts())
                .containsExactly(new CycleReport.Conflict(
                        Optional.of("IntakeForm"), ID.value(), "Unresolved", "changed meanwhile"));
    }

    @Test
    void pull_eachChange_countsOnce_andStandsInOneReport() {
        PullEvents events = new PullEvents();
        events.on(STREAM, rejected("note", "a"));
        assertThat(events.take().figures()).isEqualTo(new CycleReport.Pull(0, 0, 0, 0));
        events.on(STREAM, resolved(Optional.empty(), "b", Optional.of(Revision.of("2-b"))));
        events.on(STREAM, resolved(Optional.empty(), "c", Optional.empty()));
        events.on(STREAM, batch(10, 5, 2));
        PullEvents.Sum sum = events.take();
        assertThat(sum.figures()).isEqualTo(new CycleReport.Pull(10, 3, 4, 3));
        assertThat(sum.listed()).extracting(CycleReport.Conflict::entityId).containsExactly("a", "b", "c");
        assertThat(events.take().figures()).isEqualTo(new CycleReport.Pull(0, 0, 0, 0));
    }

    @Test
    void pull_moreConflictsThanAreListed_countsThemAll() {
        PullEvents events = new PullEvents();
        for (int i = 0; i < PullEvents.LISTED + 1; i++) {
            events.on(STREAM, rejected("note", "n" + i));
            events.on(STREAM, batch(1, 1, 0));
        }
        PullEvents.Sum sum = events.take();
        assertThat(sum.figures().conflicts()).isEqualTo(PullEvents.LISTED + 1);
        assertThat(sum.listed()).hasSize(PullEvents.LISTED);
    }

    @Test
    void status_isAsPromised() {
        QueueStatistics queue = statistics(
                Map.of(OperationState.PENDING, 5L, OperationState.PROCESSING, 1L, OperationState.FAILED, 2L));
        CycleStanding cycles = CycleStanding.NONE.succeeded(Instant.parse("2026-02-17T04:40:00.0009Z"));
        assertJson(QueueStatus.of(queue, cycles), """
                {
                  "pending": 5,
                  "processing": 1,
                  "failed": 2,
                  "oldestPendingAt": "2026-02-17T04:30:00Z",
                  "lastSyncAt": "2026-02-17T04:40:00Z"
                }
                """);
    }

    @Test
    void status_beforeTheFirstCycle_namesTheLastCompletedOperation() {
        QueueStatus status = QueueStatus.of(statistics(Map.of()), CycleStanding.NONE);
        assertThat(status.lastSyncAt()).contains(Instant.parse("2026-02-17T04:20:00Z"));
    }

    @Test
    void queued_isAsPromised() {
        assertJson(QueuedAnswer.of(queued(OperationState.PENDING, create())), """
                {
                  "id": "30",
                  "status": "PENDING",
                  "message": "Operation queued for sync"
                }
                """);
        assertThat(QueuedAnswer.of(queued(OperationState.CANCELLED, create())))
                .isEqualTo(new QueuedAnswer("30", "CANCELLED", "Nothing left to sync"));
    }

    @Test
    void pending_isAsPromised() {
        assertJson(PendingItem.of(List.of(queued(OperationState.PENDING, create()))), """
                [
                  {
                    "id": "30",
                    "operation": "CREATE",
                    "resourceType": "encounter",
                    "data": {
                      "patientId": "507f1f77bcf86cd799439011",
                      "diagnosis": "Common cold",
                      "prescription": "Rest and fluids"
                    },
                    "status": "PENDING",
                    "retryCount": 0,
                    "createdAtClient": "2025-11-30T10:00:00.000Z"
                  }
                ]
                """);
    }

    @Test
    void pending_deletionAndPatch_areInTheClientsWords() {
        assertJson(PendingItem.of(queued(OperationState.PROCESSING, SyncOperation.delete("encounter", ID))), """
                {"id":"30","operation":"DELETE","resourceType":"encounter","data":null,"status":"SYNCING",
                 "retryCount":0,"createdAtClient":null}
                """);
        SyncOperation patch = SyncOperation.patch("encounter", ID, object("{\"diagnosis\":null}"));
        assertThat(PendingItem.of(queued(OperationState.FAILED, patch)).operation())
                .isEqualTo("UPDATE");
    }

    @Test
    void processed_synced_isAsPromised() {
        QueuedOperation done = queued(OperationState.COMPLETED, create());
        String stored = "{\"_id\":\"507f1f77bcf86cd799439040\",\"_rev\":\"1-a\",\"diagnosis\":\"Common cold\"}";
        assertJson(ProcessAnswer.of(done, Optional.of(document(stored))), """
                {
                  "status": "SYNCED",
                  "message": "Operation synced successfully",
                  "result": {
                    "id": "507f1f77bcf86cd799439040",
                    "diagnosis": "Common cold"
                  }
                }
                """);
    }

    @Test
    void processed_conflict_isAsPromised() {
        assertJson(ProcessAnswer.of(queued(OperationState.CONFLICT, create()), Optional.empty()), """
                {
                  "status": "CONFLICT",
                  "message": "Version conflict detected",
                  "error": "Resource was modified on server",
                  "resolutionOptions": ["CLIENT_WINS", "SERVER_WINS", "MANUAL"]
                }
                """);
    }

    @Test
    void processed_otherStates_sayWhatIsKnown() {
        assertJson(
                ProcessAnswer.of(queued(OperationState.FAILED, create()), Optional.empty()),
                "{\"status\":\"FAILED\",\"message\":\"Operation failed\",\"error\":\"forbidden\"}");
        assertJson(
                ProcessAnswer.of(queued(OperationState.PENDING, create()), Optional.empty()),
                "{\"status\":\"PENDING\",\"message\":\"Operation waits for sync\"}");
        assertJson(
                ProcessAnswer.of(queued(OperationState.CANCELLED, create()), Optional.empty()),
                "{\"status\":\"CANCELLED\",\"message\":\"Operation was cancelled\"}");
    }

    @Test
    void stats_areAsPromised() {
        QueueStatistics queue = statistics(Map.of(
                OperationState.PENDING, 4L,
                OperationState.PROCESSING, 1L,
                OperationState.COMPLETED, 140L,
                OperationState.FAILED, 3L,
                OperationState.CONFLICT, 2L,
                OperationState.CANCELLED, 9L));
        assertJson(QueueSummary.of(queue), """
                {
                  "total": 150,
                  "pending": 5,
                  "synced": 140,
                  "failed": 3,
                  "conflicts": 2,
                  "syncRate": "93.33%"
                }
                """);
        assertThat(QueueSummary.of(statistics(Map.of())).syncRate()).isEqualTo("0.00%");
    }

    @Test
    void toString_answersWithContent_showNone() {
        QueuedOperation done = queued(OperationState.COMPLETED, create());
        Document stored = document("{\"_id\":\"a\",\"diagnosis\":\"Common cold\"}");
        assertThat(PendingItem.of(done) + " " + ProcessAnswer.of(done, Optional.of(stored)))
                .doesNotContain("Common cold");
    }

    private static QueueStatistics statistics(Map<OperationState, Long> states) {
        return new QueueStatistics(
                states,
                0,
                Optional.of(Instant.parse("2026-02-17T04:30:00.000999Z")),
                Optional.of(Instant.parse("2026-02-17T04:20:00Z")),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Map.of(),
                Map.of());
    }

    private static SyncOperation create() {
        ObjectNode data = object("{\"patientId\":\"507f1f77bcf86cd799439011\",\"diagnosis\":\"Common cold\","
                + "\"prescription\":\"Rest and fluids\"}");
        return SyncOperation.create("encounter", ID, data).at(Instant.parse("2025-11-30T10:00:00Z"));
    }

    private static QueuedOperation queued(OperationState state, SyncOperation operation) {
        return new QueuedOperation(
                30,
                operation,
                state,
                0,
                SYNCED_AT,
                Optional.empty(),
                SYNCED_AT,
                Optional.empty(),
                state == OperationState.COMPLETED ? Optional.of(Revision.of("1-a")) : Optional.empty(),
                state == OperationState.CONFLICT ? Optional.of(Revision.of("2-b")) : Optional.empty(),
                state == OperationState.FAILED ? Optional.of("forbidden") : Optional.empty());
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) MAPPER.readTree(json);
    }

    private static Document document(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Document(ID, Revision.of("1-a"), false, bytes, DocumentReader.defaults());
    }

    private static SyncEvent rejected(String type, String id) {
        return resolved(Optional.of(type), id, Optional.of(Revision.of("2-b")));
    }

    private static SyncEvent resolved(Optional<String> type, String id, Optional<Revision> chosen) {
        return new SyncEvent.ConflictResolved(
                DocumentId.of(id),
                type,
                chosen,
                List.of(),
                ArchivedConflict.Outcome.REJECTED_IMMUTABLE,
                "Entity is signed and immutable");
    }

    private static SyncEvent batch(int changes, int written, int skipped) {
        return new SyncEvent.BatchMirrored(
                changes, written, 0, skipped, 0, 0, Map.of(), 0, Duration.ZERO, OptionalLong.empty(), true);
    }
}
