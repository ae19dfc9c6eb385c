package dev.docmirror.monitor;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class MonitorAnswersTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final DocumentId ID = DocumentId.of("patient-1");
    private static final Document BODY = new Document(
            ID, Revision.of("1-a"), false, "{}".getBytes(StandardCharsets.UTF_8), DocumentReader.defaults());

    /** Every field, its type, its value, and the order of all. */
    private static void assertJson(Object answer, String promised) {
        assertThat(MAPPER.writeValueAsString(answer))
                .isEqualTo(MAPPER.readTree(promised).toString());
    }

    @Test
    void health_isAsPromised() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("postgres_users", 12L);
        counts.put("supabase_documents", 340L);
        MonitorSnapshot calm = Snapshots.of(
                Snapshots.queue(Map.of(OperationState.PENDING, 4L, OperationState.PROCESSING, 1L)),
                OptionalLong.of(0),
                OptionalLong.of(0));
        assertJson(HealthAnswer.of(calm, HealthThresholds.defaults(), counts), """
                {
                  "status": "healthy",
                  "checks": {
                    "postgres_users": 12,
                    "supabase_documents": 340,
                    "pending_syncs": 5,
                    "failed_syncs": 0
                  },
                  "last_check": "2026-02-17T04:45:00.000Z"
                }
                """);
    }

    @Test
    void health_documentsThatWaitForAKey_areCounted_andAreNoFailure() {
        MonitorSnapshot calm = Snapshots.encrypted(7);
        HealthAnswer answer = HealthAnswer.of(calm, HealthThresholds.defaults(), Map.of());
        assertThat(answer.status()).isEqualTo("healthy");
        assertThat(answer.checks()).containsEntry("encrypted", 7L);
    }

    @Test
    void health_failedOperationsAndDocuments_areBothCounted_andDegrade() {
        MonitorSnapshot failing = Snapshots.of(
                Snapshots.queue(Map.of(OperationState.FAILED, 2L)), OptionalLong.empty(), OptionalLong.of(3));
        HealthAnswer answer = HealthAnswer.of(failing, HealthThresholds.defaults(), Map.of());
        assertThat(answer.status()).isEqualTo("degraded");
        assertThat(answer.checks()).containsEntry("failed_syncs", 5L);
        assertThat(HealthAnswer.of(Snapshots.NOTHING, HealthThresholds.defaults(), Map.of())
                        .checks())
                .isEmpty();
    }

    @Test
    void entity_isAsPromised() {
        Map<String, JsonNode> systems = new LinkedHashMap<>();
        systems.put("postgres_user", MAPPER.readTree("{\"id\":\"patient-1\",\"role\":\"PATIENT\"}"));
        systems.put("firebase_profile", MAPPER.readTree("null"));
        systems.put("supabase_documents", MAPPER.readTree("[{\"type\":\"prescription\"}]"));
        EntityAnswer answer = EntityAnswer.of(systems, List.of(status(OperationState.COMPLETED, true, true)));
        assertJson(answer, """
                {
                  "postgres_user": {"id": "patient-1", "role": "PATIENT"},
                  "firebase_profile": null,
                  "supabase_documents": [{"type": "prescription"}],
                  "sync_logs": [
                    {"at": "2026-02-17T04:44:00.000Z", "document": "patient-1", "event": "conflict",
                     "revision": "2-b", "status": "REVIEW", "reason": "two edits"},
                    {"at": "2026-02-17T04:45:00.000Z", "document": "patient-1", "event": "operation",
                     "revision": "2-a", "status": "COMPLETED", "reason": null},
                    {"at": null, "document": "patient-1", "event": "mirrored",
                     "revision": "2-a", "status": "PRESENT", "reason": null},
                    {"at": null, "document": "patient-1", "event": "dead_letter",
                     "revision": "3-c", "status": "MAPPING", "reason": "title: must be text"}
                  ]
                }
                """);
        assertThat(answer.toString()).doesNotContain("PATIENT", "prescription");
    }

    @Test
    void state_isTheOneThatNeedsAPersonMost() {
        assertThat(status(OperationState.COMPLETED, true, true).state()).isEqualTo(EntityStatus.State.PARKED);
        assertThat(status(OperationState.COMPLETED, true, false).state()).isEqualTo(EntityStatus.State.IN_CONFLICT);
        assertThat(status(OperationState.CONFLICT, false, false).state()).isEqualTo(EntityStatus.State.IN_CONFLICT);
        assertThat(status(OperationState.FAILED, false, false).state()).isEqualTo(EntityStatus.State.FAILED);
        assertThat(status(OperationState.PENDING, false, false).state()).isEqualTo(EntityStatus.State.UNDER_WAY);
        assertThat(status(OperationState.COMPLETED, false, false).state()).isEqualTo(EntityStatus.State.MIRRORED);
        EntityStatus unknown =
                new EntityStatus(ID, Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty());
        assertThat(unknown.state()).isEqualTo(EntityStatus.State.UNKNOWN);
    }

    @Test
    void state_writtenAndNotMirroredYet_isUnderWay_untilItIsJudged() {
        EntityStatus.Operation written = operation(OperationState.COMPLETED, "3-c");
        assertThat(held("2-a", List.of(written), List.of()).state()).isEqualTo(EntityStatus.State.UNDER_WAY);
        assertThat(held("3-c", List.of(written), List.of()).state()).isEqualTo(EntityStatus.State.MIRRORED);
        EntityStatus.Loser rejected = new EntityStatus.Loser(
                Revision.of("3-c"), ArchivedConflict.Outcome.REJECTED_LOCKED, "locked", Snapshots.NOW, false);
        assertThat(held("2-a", List.of(written), List.of(rejected)).state()).isEqualTo(EntityStatus.State.MIRRORED);
    }

    private static EntityStatus held(
            String revision, List<EntityStatus.Operation> operations, List<EntityStatus.Loser> conflicts) {
        return new EntityStatus(
                ID, Optional.empty(), Optional.of(mirrored(revision)), operations, conflicts, Optional.empty());
    }

    private static EntityStatus status(OperationState state, boolean disputed, boolean parked) {
        EntityStatus.Loser loser = new EntityStatus.Loser(
                Revision.of("2-b"),
                ArchivedConflict.Outcome.REVIEW,
                "two edits",
                Instant.parse("2026-02-17T04:44:00Z"),
                true);
        DeadLetter letter = new DeadLetter(
                ID, Revision.of("3-c"), Optional.empty(), DeadLetter.Kind.MAPPING, "title: must be text");
        return new EntityStatus(
                ID,
                Optional.empty(),
                Optional.of(mirrored("2-a")),
                List.of(operation(state, "2-a")),
                disputed ? List.of(loser) : List.of(),
                parked ? Optional.of(letter) : Optional.empty());
    }

    private static EntityStatus.Operation operation(OperationState state, String result) {
        return new EntityStatus.Operation(
                7,
                SyncOperation.Kind.UPDATE,
                state,
                state == OperationState.FAILED,
                0,
                Snapshots.NOW,
                Snapshots.NOW,
                state == OperationState.COMPLETED ? Optional.of(Revision.of(result)) : Optional.empty(),
                Optional.empty());
    }

    private static MirroredDocument mirrored(String revision) {
        return new MirroredDocument(
                ID,
                Optional.of("patient"),
                List.of(),
                Revision.of(revision),
                BODY.contentHash(),
                false,
                Protection.NONE,
                new DocumentChange(ID, List.of(BODY)).digest(),
                false);
    }
}
