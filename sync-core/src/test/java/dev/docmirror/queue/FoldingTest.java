package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.Folding.Result;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FoldingTest {
    private static final Instant CAME = Instant.parse("2026-03-01T12:00:00Z");
    private static final DocumentId ID = DocumentId.of("a");
    private static final Revision BASE = Revision.of("3-c");

    private static SyncOperation create(String body) {
        return SyncOperation.create("note", ID, Json.object(body));
    }

    private static SyncOperation update(String body) {
        return SyncOperation.update("note", ID, Json.object(body));
    }

    private static SyncOperation patch(String body) {
        return SyncOperation.patch("note", ID, Json.object(body));
    }

    private static SyncOperation delete() {
        return SyncOperation.delete("note", ID);
    }

    private static QueuedOperation waiting(SyncOperation operation, OperationState state, Optional<DocumentEdit> pin) {
        return new QueuedOperation(
                1,
                operation,
                state,
                0,
                CAME,
                Optional.of(CAME.plus(operation.delay())),
                CAME,
                pin,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Result fold(SyncOperation older, SyncOperation newer) {
        return Folding.fold(waiting(older, OperationState.PENDING, Optional.empty()), newer, CAME.plusSeconds(10));
    }

    private static SyncOperation sum(SyncOperation older, SyncOperation newer) {
        assertThat(fold(older, newer)).isInstanceOf(Result.Folded.class);
        return ((Result.Folded) fold(older, newer)).sum();
    }

    private static void assertApart(SyncOperation older, SyncOperation newer) {
        assertThat(fold(older, newer)).isInstanceOf(Result.Apart.class);
    }

    @Test
    void fold_onACreation_isACreation() {
        assertThat(sum(create("{\"n\":1}"), update("{\"m\":2}"))).isEqualTo(create("{\"m\":2}"));
        assertThat(sum(create("{\"n\":1,\"m\":1}"), patch("{\"n\":null,\"o\":{\"p\":null}}")))
                .isEqualTo(create("{\"m\":1,\"o\":{}}"));
        assertThat(fold(create("{\"n\":1}"), delete())).isInstanceOf(Result.Nothing.class);
        assertThat(sum(create("{\"n\":1}"), create("{\"n\":1}"))).isEqualTo(create("{\"n\":1}"));
        assertApart(create("{\"n\":1}"), create("{\"n\":2}"));
    }

    @Test
    void fold_onAnUpdate_keepsTheOlderBase() {
        SyncOperation older = update("{\"n\":1}").onRevision(BASE);
        assertThat(sum(older, update("{\"m\":2}")))
                .isEqualTo(update("{\"m\":2}").onRevision(BASE));
        assertThat(sum(older, patch("{\"m\":2}")))
                .isEqualTo(update("{\"n\":1,\"m\":2}").onRevision(BASE));
        assertThat(sum(older, delete())).isEqualTo(delete().onRevision(BASE));
        assertApart(older, create("{}"));
    }

    @Test
    void fold_onAPatch_keepsTheOlderBase() {
        SyncOperation older = patch("{\"n\":1,\"x\":null}").onRevision(BASE);
        assertThat(sum(older, update("{\"m\":2}")))
                .isEqualTo(update("{\"m\":2}").onRevision(BASE));
        assertThat(sum(older, patch("{\"n\":null}")))
                .isEqualTo(patch("{\"n\":null,\"x\":null}").onRevision(BASE));
        assertThat(sum(older, delete())).isEqualTo(delete().onRevision(BASE));
        assertApart(older, patch("{\"n\":{\"o\":1}}"));
    }

    @Test
    void fold_onADeletion_onlyAnotherOne() {
        assertThat(sum(delete().onRevision(BASE), delete())).isEqualTo(delete().onRevision(BASE));
        assertApart(delete(), create("{}"));
        assertApart(delete(), update("{}"));
        assertApart(delete(), patch("{}"));
    }

    @Test
    void fold_fromAnotherBase_isApart() {
        SyncOperation older = update("{\"n\":1}").onRevision(BASE);
        assertThat(sum(older, update("{}").onRevision(BASE)).base()).contains(BASE);
        assertApart(older, update("{}").onRevision(Revision.of("4-d")));
        assertApart(update("{}"), update("{}").onRevision(BASE));
        assertApart(create("{}"), delete().onRevision(BASE));
        assertApart(update("{}").onVersion(1), update("{}").onVersion(2));
        assertThat(sum(update("{}").onVersion(1), update("{\"n\":1}").onVersion(1)))
                .isEqualTo(update("{\"n\":1}").onVersion(1));
    }

    @Test
    void fold_whoAndWhen_areThoseOfTheNewer() {
        SyncOperation newer = SyncOperation.update("task", ID, Json.object("{}"))
                .by("bob", "phone")
                .at(CAME);
        assertThat(sum(update("{\"n\":1}").by("ann", "tablet"), newer)).isEqualTo(newer);
    }

    @Test
    void fold_whatCanHaveHadItsEffectOrIsDecided_isApart() {
        DocumentEdit edit = new DocumentEdit(ID, Optional.empty(), false, Json.object("{}"));
        Instant now = CAME.plusSeconds(10);
        assertThat(Folding.fold(waiting(update("{}"), OperationState.PENDING, Optional.of(edit)), update("{}"), now))
                .isInstanceOf(Result.Apart.class);
        for (OperationState state : OperationState.values()) {
            if (state != OperationState.PENDING) {
                assertThat(Folding.fold(waiting(update("{}"), state, Optional.empty()), update("{}"), now))
                        .as(state.name())
                        .isInstanceOf(Result.Apart.class);
            }
        }
    }

    @Test
    void fold_dueTimes_honourBothDelaysAndPostponeBounded() {
        SyncOperation minute = update("{\"n\":1}").after(Duration.ofMinutes(1));
        assertThat(due(minute, update("{}"))).isEqualTo(CAME.plusSeconds(60));
        assertThat(due(minute, update("{}").after(Duration.ofSeconds(20)))).isEqualTo(CAME.plusSeconds(60));
        assertThat(due(minute, update("{}").after(Duration.ofMinutes(1)))).isEqualTo(CAME.plusSeconds(70));
        assertThat(due(minute, update("{}").after(Duration.ofSeconds(110)))).isEqualTo(CAME.plusSeconds(120));
        assertApart(minute, update("{}").after(Duration.ofSeconds(111)));
        assertApart(update("{}"), update("{}").after(Duration.ofSeconds(1)));
    }

    @Test
    void fold_streamOfDelayedOperations_isNotPostponedForEver() {
        Duration delay = Duration.ofMinutes(1);
        QueuedOperation queued = waiting(update("{}").after(delay), OperationState.PENDING, Optional.empty());
        Instant now = CAME;
        while (Folding.fold(queued, update("{}").after(delay), now) instanceof Result.Folded folded) {
            queued = new QueuedOperation(
                    1,
                    folded.sum(),
                    OperationState.PENDING,
                    0,
                    CAME,
                    Optional.of(folded.dueAt()),
                    CAME,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            now = now.plusSeconds(1);
        }
        assertThat(queued.dueAt()).contains(CAME.plus(delay.multipliedBy(2)));
    }

    private static Instant due(SyncOperation older, SyncOperation newer) {
        assertThat(fold(older, newer)).isInstanceOf(Result.Folded.class);
        return ((Result.Folded) fold(older, newer)).dueAt();
    }
}
