package dev.docmirror.queue;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.Test;

import static dev.docmirror.queue.QueueRig.A;
import static dev.docmirror.queue.QueueRig.STREAM;
import static dev.docmirror.queue.QueueRig.creation;
import static dev.docmirror.queue.QueueRig.delete;
import static dev.docmirror.queue.QueueRig.patch;
import static dev.docmirror.queue.QueueRig.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Conflicts of operations, decided by a person or a policy: nothing that loses is lost. */
class OperationConflictTest {
    private final QueueRig rig = new QueueRig();

    /** An operation that meets a newer version of its document. */
    private long conflict(SyncOperation operation) {
        Revision base = rig.database.put(A, "{\"n\":1,\"m\":1}");
        rig.database.put(A, "{\"n\":2,\"m\":1}");
        long number = rig.queue.enqueue(operation.onRevision(base)).number();
        rig.run();
        return number;
    }

    private ArchivedConflict onlyArchived() {
        assertThat(rig.archived()).hasSize(1);
        return rig.archived().get(0).conflict();
    }

    private static String fields(Document version) {
        return Bodies.fields(version.body()).toString();
    }

    @Test
    void clientWins_isWrittenOnTopAndTheServersVersionIsArchived() {
        long number = conflict(update("{\"n\":3}"));
        Revision server = rig.revision();
        assertThat(rig.queue
                        .resolve(number, OperationResolution.CLIENT_WINS, "ann", "seen")
                        .map(QueuedOperation::state))
                .contains(OperationState.PENDING);
        rig.run();
        assertThat(rig.found(number).state()).isEqualTo(OperationState.COMPLETED);
        assertThat(rig.fields()).contains("{\"n\":3}");
        assertThat(rig.revision().generation()).isEqualTo(3);
        assertThat(onlyArchived().loser().revision()).isEqualTo(server);
        assertThat(onlyArchived().outcome()).isEqualTo(Outcome.CHOSEN);
        assertThat(onlyArchived().reason()).isEqualTo("CLIENT_WINS: seen");
        assertThat(rig.archived().get(0).isOpen()).isFalse();
    }

    @Test
    void clientWins_patchDeletionAndCreation_takeEffectOnTheServersVersion() {
        long number = conflict(patch("{\"m\":5}"));
        rig.queue.resolve(number, OperationResolution.CLIENT_WINS, "ann", "seen");
        rig.run();
        assertThat(rig.fields()).contains("{\"n\":2,\"m\":5}");
        QueuedOperation created = rig.push(creation("{\"new\":1}"));
        rig.queue.resolve(created.number(), OperationResolution.CLIENT_WINS, "ann", "seen");
        rig.run();
        assertThat(rig.fields()).contains("{\"new\":1}");
        QueuedOperation deleted = rig.push(delete().onRevision(Revision.of("1-old")));
        rig.queue.resolve(deleted.number(), OperationResolution.CLIENT_WINS, "ann", "seen");
        rig.run();
        assertThat(rig.fields()).isEmpty();
        assertThat(rig.archived()).hasSize(3);
    }

    @Test
    void clientWins_documentThatIsGone_comesBack() {
        Revision base = rig.database.put(A, "{\"n\":1}");
        rig.database.delete("a");
        QueuedOperation conflict = rig.push(patch("{\"m\":5}").onRevision(base));
        rig.queue.resolve(conflict.number(), OperationResolution.CLIENT_WINS, "ann", "seen");
        rig.run();
        assertThat(rig.fields()).contains("{\"m\":5}");
        rig.database.purge(A);
        QueuedOperation unknown = rig.push(patch("{\"m\":6,\"x\":null}"));
        rig.queue.resolve(unknown.number(), OperationResolution.CLIENT_WINS, "ann", "seen");
        rig.run();
        assertThat(rig.fields()).contains("{\"m\":6}");
        assertThat(rig.found(unknown.number()).state()).isEqualTo(OperationState.COMPLETED);
    }

    @Test
    void clientWins_changedOnceMoreMeanwhile_isInConflictAgain() {
        long number = conflict(update("{\"n\":3}"));
        rig.queue.resolve(number, OperationResolution.CLIENT_WINS, "ann", "seen");
        Revision newest = rig.database.put(A, "{\"n\":4}");
        rig.run();
        assertThat(rig.found(number).state()).isEqualTo(OperationState.CONFLICT);
        assertThat(rig.found(number).server()).contains(newest);
        assertThat(rig.fields()).contains("{\"n\":4}");
    }

    @Test
    void clientWins_followersFromTheSameBase_comeAlong() {
        Revision base = rig.database.put(A, "{\"n\":1}");
        rig.database.put(A, "{\"n\":2}");
        long first = rig.queue.enqueue(patch("{\"x\":1}").onRevision(base)).number();
        rig.queue.enqueue(patch("{\"x\":{}}").onRevision(base));
        rig.run();
        rig.queue.resolve(first, OperationResolution.CLIENT_WINS, "ann", "seen");
        assertThat(rig.run().success()).isEqualTo(2);
        assertThat(rig.fields()).contains("{\"n\":2,\"x\":{}}");
    }

    @Test
    void serverWins_archivesWhatTheClientWouldHaveWritten() {
        long number = conflict(patch("{\"m\":5}"));
        Revision server = rig.revision();
        rig.queue.resolve(number, OperationResolution.SERVER_WINS, "ann", "seen");
        assertThat(rig.found(number).state()).isEqualTo(OperationState.COMPLETED);
        assertThat(rig.found(number).result()).isEmpty();
        assertThat(rig.revision()).isEqualTo(server);
        assertThat(fields(onlyArchived().loser())).isEqualTo("{\"n\":2,\"m\":5}");
        assertThat(onlyArchived().loser().revision().generation()).isEqualTo(2);
        assertThat(onlyArchived().chosen()).contains(server);
        assertThat(onlyArchived().type()).contains("note");
        assertThat(rig.archived().get(0).isOpen()).isFalse();
    }

    @Test
    void serverWins_deletion_archivesATombstone() {
        long number = conflict(delete());
        rig.queue.resolve(number, OperationResolution.SERVER_WINS, "ann", "seen");
        assertThat(onlyArchived().loser().deleted()).isTrue();
        assertThat(rig.fields()).isPresent();
    }

    @Test
    void manual_isOpenInTheReviewAndCanBeRestored() {
        long number = conflict(update("{\"n\":3}"));
        rig.queue.resolve(number, OperationResolution.MANUAL, "ann", "look at it");
        assertThat(rig.found(number).state()).isEqualTo(OperationState.COMPLETED);
        ConflictReview review = ConflictReview.of(
                STREAM.value(), rig.database.source(), rig.mirror.sink(), rig.mirror.archive(), rig.database.target());
        List<ArchiveEntry> open = review.open(OpenConflicts.first(10));
        assertThat(open).hasSize(1);
        ConflictView view = review.show(A).orElseThrow();
        review.restore(view, open.get(0), "bea", "the client was right");
        assertThat(rig.fields()).contains("{\"n\":3}");
        assertThat(review.open(OpenConflicts.first(10))).isEmpty();
    }

    @Test
    void resolve_againAfterACrash_archivesOnce() {
        long number = conflict(update("{\"n\":3}"));
        rig.store.faults().failNext(InMemoryQueueStore.Point.CHANGE, 1);
        assertThatThrownBy(() -> rig.queue.resolve(number, OperationResolution.SERVER_WINS, "ann", "seen"))
                .isInstanceOf(TransientSyncException.class);
        rig.queue.resolve(number, OperationResolution.SERVER_WINS, "ann", "seen");
        assertThat(rig.archived()).hasSize(1);
        assertThat(rig.queue.resolve(number, OperationResolution.CLIENT_WINS, "ann", "too late"))
                .isEmpty();
        assertThat(rig.archived()).hasSize(1);
    }

    @Test
    void resolve_queueWithoutItsParts_saysSo() {
        long number = conflict(update("{\"n\":3}"));
        assertThatThrownBy(() -> SyncQueue.of(rig.store).resolve(number, OperationResolution.MANUAL, "ann", "seen"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("conflicts(...)");
    }

    @Test
    void policy_eachResolution_isCarriedOutByTheWorker() {
        for (OperationResolution resolution : OperationResolution.values()) {
            QueueRig other = new QueueRig();
            other.policy = Optional.of(OperationConflictPolicy.always(resolution));
            Revision base = other.database.put(A, "{\"n\":1}");
            Revision server = other.database.put(A, "{\"n\":2}");
            long number =
                    other.queue.enqueue(update("{\"n\":3}").onRevision(base)).number();
            PushReport report = other.run();
            assertThat(report.conflicts()).isEqualTo(1);
            assertThat(report.conflictList().get(0).resolution()).contains(resolution);
            assertThat(other.found(number).state()).isEqualTo(OperationState.COMPLETED);
            ArchivedConflict archived = other.archived().get(0).conflict();
            boolean client = resolution == OperationResolution.CLIENT_WINS;
            assertThat(report.success()).isEqualTo(client ? 1 : 0);
            assertThat(other.fields()).contains(client ? "{\"n\":3}" : "{\"n\":2}");
            assertThat(fields(archived.loser())).isEqualTo(client ? "{\"n\":2}" : "{\"n\":3}");
            assertThat(archived.chosen()).isEqualTo(client ? Optional.empty() : Optional.of(server));
            assertThat(other.archived().get(0).isOpen()).isEqualTo(resolution == OperationResolution.MANUAL);
        }
    }

    @Test
    void policyThatThrows_leavesItToAPerson() {
        rig.policy = Optional.of((operation, server) -> {
            throw new IllegalStateException("canary-7f3a");
        });
        long number = conflict(update("{\"n\":3}"));
        assertThat(rig.found(number).state()).isEqualTo(OperationState.CONFLICT);
        assertThat(rig.found(number).reason().orElseThrow())
                .contains("the policy failed with java.lang.IllegalStateException")
                .doesNotContain("canary");
    }
}
