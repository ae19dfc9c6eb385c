package dev.docmirror.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.OperationTooLargeException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.InMemoryDatabase.Point;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.Test;

import static dev.docmirror.queue.QueueRig.A;
import static dev.docmirror.queue.QueueRig.creation;
import static dev.docmirror.queue.QueueRig.delete;
import static dev.docmirror.queue.QueueRig.json;
import static dev.docmirror.queue.QueueRig.patch;
import static dev.docmirror.queue.QueueRig.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a worker writes, and what it makes of the answers. */
class QueueWorkerTest {
    private final QueueRig rig = new QueueRig();

    private void assertDone(QueuedOperation done) {
        assertThat(done.state()).isEqualTo(OperationState.COMPLETED);
        assertThat(done.result()).contains(rig.revision());
    }

    @Test
    void create_newDocument_isWritten() {
        assertDone(rig.push(creation("{\"n\":1.50,\"_id\":\"x\",\"_rev\":\"9-x\"}")));
        assertThat(rig.fields()).contains("{\"n\":1.50}");
    }

    @Test
    void create_deletedDocument_continuesIt() {
        rig.database.put(A, "{\"n\":1}");
        rig.database.delete("a");
        assertDone(rig.push(creation("{\"n\":2}")));
        assertThat(rig.revision().generation()).isEqualTo(3);
    }

    @Test
    void create_documentThatIsThereWithTheSameBody_isDone() {
        Revision there = rig.database.put(A, "{\"n\":1}");
        assertDone(rig.push(creation("{\"n\":1}")));
        assertThat(rig.revision()).isEqualTo(there);
    }

    @Test
    void create_documentThatIsThere_isInConflict() {
        Revision there = rig.database.put(A, "{\"n\":1}");
        QueuedOperation conflict = rig.push(creation("{\"n\":2}"));
        assertThat(conflict.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(conflict.server()).contains(there);
        assertThat(rig.revision()).isEqualTo(there);
    }

    @Test
    void update_withoutABase_replacesWhateverIsThere() {
        assertDone(rig.push(update("{\"n\":1}")));
        rig.database.put(A, "{\"n\":2}");
        assertDone(rig.push(update("{\"n\":3}")));
        rig.database.delete("a");
        assertDone(rig.push(update("{\"n\":4}")));
        assertThat(rig.fields()).contains("{\"n\":4}");
        assertThat(rig.revision().generation()).isEqualTo(5);
    }

    @Test
    void update_onTheRevisionThatIsThere_isWritten() {
        Revision base = rig.database.put(A, "{\"n\":1}");
        assertDone(rig.push(update("{\"n\":2}").onRevision(base)));
    }

    @Test
    void update_onAnotherRevision_isInConflict() {
        Revision base = rig.database.put(A, "{\"n\":1}");
        Revision there = rig.database.put(A, "{\"n\":2}");
        QueuedOperation conflict = rig.push(update("{\"n\":3}").onRevision(base));
        assertThat(conflict.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(conflict.server()).contains(there);
        assertThat(rig.revision()).isEqualTo(there);
        Revision gone = rig.database.delete("a");
        QueuedOperation other = rig.push(patch("{}").onRevision(there));
        assertThat(other.state()).isEqualTo(OperationState.PENDING);
        rig.queue.cancel(conflict.number(), "ann", "given up");
        rig.run();
        assertThat(rig.found(other.number()).server()).contains(gone);
        assertThat(rig.found(other.number()).reason()).contains("the document was deleted meanwhile");
    }

    @Test
    void update_onALeafThatLoses_extendsThatLeaf() {
        rig.database.put(A, "{\"n\":0}");
        Revision root = rig.revision();
        Revision loser = new Revision(2, "0".repeat(32));
        rig.database.fork(A, new Revision(2, "f".repeat(32)), Optional.of(root), false, "{\"n\":1}");
        rig.database.fork(A, loser, Optional.of(root), false, "{\"n\":2}");
        QueuedOperation done = rig.push(update("{\"n\":3}").onRevision(loser));
        assertThat(done.state()).isEqualTo(OperationState.COMPLETED);
        assertThat(rig.database.get(A).orElseThrow().winner().revision())
                .isEqualTo(done.result().orElseThrow());
        assertThat(rig.database.get(A).orElseThrow().leaves()).hasSize(2);
    }

    @Test
    void update_whatIsThereAlready_writesNoRevision() {
        Revision base = rig.database.put(A, "{\"n\":1}");
        Revision there = rig.database.put(A, "{\"n\":2}");
        assertDone(rig.push(update("{\"n\":2}").onRevision(base)));
        assertThat(rig.revision()).isEqualTo(there);
    }

    @Test
    void update_versionThatIsThere_isWritten() {
        rig.versionField = "/meta/v";
        rig.database.put(A, "{\"meta\":{\"v\":7},\"n\":1}");
        assertDone(rig.push(update("{\"meta\":{\"v\":8},\"n\":2}").onVersion(7)));
        QueuedOperation conflict =
                rig.push(update("{\"meta\":{\"v\":8},\"n\":3}").onVersion(7));
        assertThat(conflict.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(conflict.reason()).contains("the document has another /meta/v");
    }

    @Test
    void update_versionOfADocumentWithoutOne_isInConflict() {
        for (String body : List.of("{\"n\":1}", "{\"version\":\"7\"}", "{\"version\":7.5}")) {
            QueueRig other = new QueueRig();
            other.database.put(A, body);
            assertThat(other.push(update("{\"n\":2}").onVersion(7)).state()).isEqualTo(OperationState.CONFLICT);
        }
    }

    @Test
    void update_documentWithAttachments_keepsThem() {
        rig.database.put(A, "{\"n\":1,\"_attachments\":{\"scan\":{\"stub\":true,\"digest\":\"md5-x\"}}}");
        assertDone(rig.push(update("{\"n\":2}")));
        assertThat(rig.database.get(A).orElseThrow().winner().text()).contains("md5-x");
        assertDone(rig.push(patch("{\"n\":3}")));
        assertThat(rig.database.get(A).orElseThrow().winner().text()).contains("md5-x");
    }

    @Test
    void patch_document_changesItsFieldsExactly() {
        rig.database.put(A, "{\"long\":123456789012345678901234567890,\"d\":1.10,\"x\":{\"y\":1,\"z\":2}}");
        assertDone(rig.push(patch("{\"x\":{\"y\":null},\"e\":0.30}")));
        assertThat(rig.fields())
                .contains("{\"long\":123456789012345678901234567890,\"d\":1.10,\"x\":{\"z\":2},\"e\":0.30}");
    }

    @Test
    void patch_documentThatIsNotThere_isInConflict() {
        QueuedOperation unknown = rig.push(patch("{\"n\":1}"));
        assertThat(unknown.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(unknown.server()).isEmpty();
        assertThat(rig.fields()).isEmpty();
    }

    @Test
    void patch_documentThatCanNotBeRead_failsForGood() {
        rig.database.put(A, "{\"n\":01}");
        QueuedOperation failed = rig.push(patch("{\"n\":1}"));
        assertThat(failed.isStuck()).isTrue();
        assertThat(failed.reason()).contains("the source's version can't be read");
    }

    @Test
    void delete_document_leavesATombstone() {
        rig.database.put(A, "{\"n\":1}");
        assertDone(rig.push(delete()));
        assertThat(rig.fields()).isEmpty();
    }

    @Test
    void delete_documentThatIsGone_isDone() {
        assertThat(rig.push(delete()).state()).isEqualTo(OperationState.COMPLETED);
        Revision base = rig.database.put(A, "{\"n\":1}");
        rig.database.put(A, "{\"n\":2}");
        rig.database.delete("a");
        assertDone(rig.push(delete().onRevision(base)));
    }

    @Test
    void followers_fromTheSameBase_areWrittenInTheirOrder() {
        Revision base = rig.database.put(A, "{\"n\":0}");
        for (String body : List.of("{\"n\":1,\"x\":1}", "{\"n\":2,\"x\":{}}")) {
            rig.queue.enqueue(patch(body).onRevision(base));
        }
        rig.queue.enqueue(delete().onRevision(Revision.of("9-never")));
        PushReport report = rig.run();
        assertThat(report.total()).isEqualTo(3);
        assertThat(report.success()).isEqualTo(2);
        assertThat(report.conflicts()).isEqualTo(1);
        assertThat(rig.fields()).contains("{\"n\":2,\"x\":{}}");
        assertThat(rig.revision().generation()).isEqualTo(3);
    }

    @Test
    void deletionThenUpdate_fromTheSameBase_continuesTheDocument() {
        Revision base = rig.database.put(A, "{\"n\":0}");
        rig.queue.enqueue(delete().onRevision(base));
        rig.queue.enqueue(update("{\"n\":1}").onRevision(base));
        assertThat(rig.run().success()).isEqualTo(2);
        assertThat(rig.fields()).contains("{\"n\":1}");
        assertThat(rig.revision().generation()).isEqualTo(3);
    }

    @Test
    void batch_manyDocuments_isOneReadAndOneWrite() {
        for (int i = 0; i < 50; i++) {
            rig.queue.enqueue(SyncOperation.create("note", DocumentId.of("d" + i), json("{\"n\":" + i + "}")));
        }
        PushReport report = rig.run();
        assertThat(report).isEqualTo(new PushReport(50, 50, 0, 0, List.of(), Optional.empty()));
        assertThat(rig.database.faults().passes(Point.READ)).isEqualTo(1);
        assertThat(rig.database.faults().passes(Point.TARGET)).isEqualTo(1);
        assertThat(rig.store.faults().passes(InMemoryQueueStore.Point.PIN)).isEqualTo(1);
        assertThat(rig.store.faults().passes(InMemoryQueueStore.Point.SETTLE)).isEqualTo(1);
    }

    @Test
    void lostAnswer_ofAnyKind_makesNeitherASecondRevisionNorAConflict() {
        for (SyncOperation operation :
                List.of(creation("{\"n\":1}"), update("{\"n\":2}"), patch("{\"m\":3}"), delete())) {
            rig.database.faults().failNext(Point.TARGET_ANSWER, 1);
            QueuedOperation failed = rig.push(operation);
            assertThat(failed.state()).isEqualTo(OperationState.FAILED);
            assertThat(failed.attempts()).isEqualTo(1);
            Revision written = rig.revision();
            rig.clock.advance(Duration.ofSeconds(1));
            rig.run();
            assertDone(rig.found(failed.number()));
            assertThat(rig.revision()).isEqualTo(written);
        }
        assertThat(rig.revision().generation()).isEqualTo(4);
    }

    @Test
    void lostAnswer_andSomebodyElsesEdit_isRecognizedInTheHistory() {
        rig.database.put(A, "{\"n\":0}");
        rig.database.faults().failNext(Point.TARGET_ANSWER, 1);
        QueuedOperation failed = rig.push(patch("{\"n\":1}"));
        Revision written = rig.revision();
        rig.database.put(A, "{\"n\":2}");
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        assertThat(rig.found(failed.number()).result()).contains(written);
        assertThat(rig.fields()).as("the other's edit stays").contains("{\"n\":2}");
    }

    @Test
    void lostAnswer_ofAnEditAndSomebodyElsesDeletion_isRecognizedInTheHistory() {
        rig.database.put(A, "{\"n\":0}");
        rig.database.faults().failNext(Point.TARGET_ANSWER, 1);
        assertRecognizedAfterADeletion(rig.push(patch("{\"n\":1}")));
        rig.database.faults().failNext(Point.TARGET_ANSWER, 1);
        assertRecognizedAfterADeletion(rig.push(creation("{\"n\":2}")));
    }

    private void assertRecognizedAfterADeletion(QueuedOperation failed) {
        Revision written = rig.revision();
        Revision deleted = rig.database.delete("a");
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        assertThat(rig.found(failed.number()).result()).contains(written);
        assertThat(rig.revision()).as("stays deleted").isEqualTo(deleted);
    }

    @Test
    void lostAnswer_ofTheFirstCreationAndSomebodyElsesDeletion_doesNotBringItBack() {
        rig.database.faults().failNext(Point.TARGET_ANSWER, 1);
        QueuedOperation failed = rig.push(creation("{\"n\":1}"));
        Revision deleted = rig.database.delete("a");
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        assertThat(rig.found(failed.number()).state()).isEqualTo(OperationState.CONFLICT);
        assertThat(rig.found(failed.number()).server()).contains(deleted);
        assertThat(rig.revision()).isEqualTo(deleted);
    }

    @Test
    void failedWrite_andSomebodyElsesEdit_isDoneOnTopOfIt() {
        rig.database.put(A, "{\"n\":0}");
        rig.database.faults().failNext(Point.TARGET, 1);
        QueuedOperation failed = rig.push(patch("{\"m\":1}"));
        rig.database.put(A, "{\"n\":2}");
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        assertDone(rig.found(failed.number()));
        assertThat(rig.fields()).contains("{\"n\":2,\"m\":1}");
    }

    @Test
    void overtakenBetweenReadAndWrite_isDoneOnTopOrInConflict() {
        Revision base = rig.database.put(A, "{\"n\":0}");
        rig.database.faults().next(Point.TARGET, () -> rig.database.put(A, "{\"n\":1}"));
        QueuedOperation again = rig.push(patch("{\"m\":1}"));
        rig.clock.advance(Duration.ofSeconds(1));
        rig.run();
        assertDone(rig.found(again.number()));
        assertThat(rig.found(again.number()).attempts())
                .as("no failure of its own")
                .isZero();
        assertThat(rig.fields()).contains("{\"n\":1,\"m\":1}");
        Revision now = rig.revision();
        rig.database.faults().next(Point.TARGET, () -> rig.database.put(A, "{\"n\":2}"));
        QueuedOperation conflict = rig.push(patch("{\"m\":2}").onRevision(now));
        assertThat(conflict.state()).isEqualTo(OperationState.CONFLICT);
        assertThat(conflict.server()).contains(rig.revision());
        assertThat(conflict.pinned()).isEmpty();
        assertThat(base).isNotEqualTo(now);
    }

    @Test
    void sourceAway_usesUpNoTriesAndEndsTheRun() {
        rig.database.faults().failAlways(Point.READ);
        long number = rig.queue.enqueue(creation("{}")).number();
        for (int i = 0; i < 10; i++) {
            PushReport report = rig.run();
            assertThat(report.failure()).get().isInstanceOf(TransientSyncException.class);
            assertThat(rig.found(number).state()).isEqualTo(OperationState.PENDING);
            assertThat(rig.found(number).attempts()).isZero();
            rig.clock.advance(Duration.ofSeconds(1));
        }
        rig.database.faults().heal();
        rig.run();
        assertDone(rig.found(number));
    }

    @Test
    void failuresOfTheTarget_useUpTheTriesAndThenWaitForSomebody() {
        rig.database.faults().failAlways(Point.TARGET);
        long number = rig.queue.enqueue(creation("{}")).number();
        for (int i = 1; i <= 3; i++) {
            assertThat(rig.found(number).isStuck()).isFalse();
            rig.run();
            assertThat(rig.found(number).state()).isEqualTo(OperationState.FAILED);
            assertThat(rig.found(number).attempts()).isEqualTo(i);
            rig.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(rig.found(number).isStuck()).isTrue();
        rig.database.faults().heal();
        assertThat(rig.run().total()).isZero();
        rig.queue.retry(number, "ann");
        rig.run();
        assertDone(rig.found(number));
    }

    @Test
    void retryAfter_isWaitedOut() {
        rig.database.faults().next(Point.TARGET, () -> {
            throw new TransientSyncException("busy", null, Duration.ofSeconds(60));
        });
        QueuedOperation failed = rig.push(creation("{}"));
        assertThat(failed.dueAt()).contains(failed.changedAt().plusSeconds(60));
    }

    @Test
    void refusedByTheTarget_failsForGoodAndLeavesTheOthers() {
        rig.database.validate(edit -> edit.id().equals(A) ? Optional.of("forbidden") : Optional.empty());
        long refused = rig.queue.enqueue(creation("{}")).number();
        long other = rig.queue
                .enqueue(SyncOperation.create("note", DocumentId.of("b"), json("{}")))
                .number();
        PushReport report = rig.run();
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.success()).isEqualTo(1);
        assertThat(rig.found(refused).isStuck()).isTrue();
        assertThat(rig.found(refused).reason()).contains("forbidden");
        assertThat(rig.found(other).state()).isEqualTo(OperationState.COMPLETED);
        rig.queue.enqueue(update("{\"behind\":1}"));
        assertThat(rig.run().total()).as("held back").isZero();
        rig.queue.cancel(refused, "ann", "wrong");
        rig.database.validate(edit -> Optional.empty());
        assertThat(rig.run().success()).isEqualTo(1);
    }

    @Test
    void validators_seeTheResultAndRefuseForGood() {
        rig.database.put(A, "{\"n\":1,\"m\":2}");
        OperationValidator first = (operation, result) -> Optional.empty();
        rig.validator = first.andThen((operation, result) ->
                result.path("m").asInt() == 3 ? Optional.of("m must not be 3") : Optional.empty());
        QueuedOperation refused = rig.push(patch("{\"m\":3}"));
        assertThat(refused.isStuck()).isTrue();
        assertThat(refused.reason()).contains("m must not be 3");
        assertThat(rig.fields()).contains("{\"n\":1,\"m\":2}");
        assertThat(rig.events(OperationEvent.Writing.class)).isEmpty();
    }

    @Test
    void validatorThatThrows_refusesWithoutItsMessage_orPutsOff() {
        rig.validator = (operation, result) -> {
            throw new IllegalStateException("canary-7f3a");
        };
        QueuedOperation refused = rig.push(creation("{}"));
        assertThat(refused.isStuck()).isTrue();
        assertThat(refused.reason()).contains("a validator failed with java.lang.IllegalStateException");
        QueueRig other = new QueueRig();
        other.options = other.options.withBackoff(Duration.ofDays(1), Duration.ofDays(1));
        other.validator = (operation, result) -> {
            throw new TransientSyncException("away", null);
        };
        assertThat(other.push(creation("{}")).isStuck()).isFalse();
    }

    @Test
    void leaseLostBeforeTheWrite_sendsAndRecordsNothing() {
        long number = rig.queue.enqueue(creation("{}")).number();
        rig.store.faults().next(InMemoryQueueStore.Point.PIN, () -> {
            rig.clock.advance(Duration.ofMinutes(1));
            assertThat(rig.store.claim("other", 10, Duration.ofMinutes(1))).hasSize(1);
        });
        PushReport report = rig.run();
        assertThat(report.success()).isZero();
        assertThat(rig.database.faults().passes(Point.TARGET)).isZero();
        assertThat(rig.found(number).state()).isEqualTo(OperationState.PROCESSING);
        assertThat(rig.events(OperationEvent.Settled.class)).isEmpty();
    }

    @Test
    void queueThatFails_isTriedAgainWhileTheOperationIsInHand() {
        rig.store.faults().failNext(InMemoryQueueStore.Point.PIN, 2);
        rig.store.faults().failNext(InMemoryQueueStore.Point.SETTLE, 2);
        assertDone(rig.push(creation("{}")));
        assertThat(rig.database.faults().passes(Point.TARGET)).isEqualTo(1);
    }

    @Test
    void editThatTheQueueCanNotKeep_fails_andTheOthersGoOn() {
        long large = rig.queue.enqueue(creation("{}")).number();
        long other = rig.queue
                .enqueue(SyncOperation.create("note", DocumentId.of("other"), QueueRig.json("{}")))
                .number();
        rig.store.faults().next(InMemoryQueueStore.Point.PIN, () -> {
            throw new OperationTooLargeException(QueueRig.A, "set more");
        });
        PushReport report = rig.run();
        assertThat(report.success()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(rig.found(large).isStuck()).isTrue();
        assertThat(rig.found(large).pinned()).isEmpty();
        assertThat(rig.found(large).reason())
                .hasValueSatisfying(why -> assertThat(why).endsWith("too large for the queue: set more"));
        assertThat(rig.found(other).state()).isEqualTo(OperationState.COMPLETED);
    }

    @Test
    void queueThatKeepsFailing_endsTheRun_andTheNextOneMakesUpForIt() {
        long number = rig.queue.enqueue(creation("{}")).number();
        rig.store.faults().failAlways(InMemoryQueueStore.Point.SETTLE);
        assertThatThrownBy(rig::run).isInstanceOf(TransientSyncException.class);
        rig.store.faults().heal();
        Revision written = rig.revision();
        rig.clock.advance(Duration.ofMinutes(1));
        rig.run();
        assertDone(rig.found(number));
        assertThat(rig.revision()).isEqualTo(written);
    }

    @Test
    void events_tellTheStoryWithoutContent() {
        rig.push(creation("{\"secret\":\"canary-7f3a\"}").by("ann", "tablet"));
        assertThat(rig.events(OperationEvent.Writing.class)).hasSize(1);
        assertThat(rig.events(OperationEvent.Settled.class)).singleElement().satisfies(event -> {
            assertThat(event.state()).isEqualTo(OperationState.COMPLETED);
            assertThat(event.subject().user()).contains("ann");
            assertThat(event.revision()).contains(rig.revision());
        });
        assertThat(rig.events(OperationEvent.BatchPushed.class)).hasSize(1);
        assertThat(rig.events.toString()).doesNotContain("canary");
        assertThat(rig.queue.list(QueueFilter.all()).toString()).doesNotContain("canary");
        assertThat(rig.store.audit(0, 100).toString()).doesNotContain("canary");
    }
}
