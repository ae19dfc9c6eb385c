package dev.docmirror.testkit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What every {@link ChangeFeed} has to keep: nothing is skipped, positions resume, batches keep their bounds, waiting
 * ends when it should. Extend it together with {@link ChangeSourceContractTest}.
 */
public abstract class ChangeFeedContractTest extends SourceContract {
    private static final long SECONDS_UNTIL_PROMPT = 20;

    /** Whether the server can tell a malformed position; one that takes any text as its beginning says no. */
    protected boolean refusesMalformedPositions() {
        return true;
    }

    @Test
    void poll_manyDocumentsInSmallBatches_skipsNone() throws InterruptedException {
        List<DocumentId> ids = putMany(25);
        try (ChangeFeed feed = open()) {
            Drained drained = drain(feed, new BatchLimits(4, LIMITS.bytes()));
            assertThat(drained.changes().keySet()).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(drained.batches())
                    .allSatisfy(batch -> assertThat(batch.changes()).hasSizeLessThanOrEqualTo(4));
        }
    }

    @Test
    void poll_limitOfOne_stillReachesTheEnd() throws InterruptedException {
        List<DocumentId> ids = putMany(3);
        try (ChangeFeed feed = open()) {
            assertThat(drain(feed, new BatchLimits(1, 1)).changes().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void poll_limitOfBytes_boundsEveryBatchButASingleDocument() throws InterruptedException {
        String body = "{\"text\":\"" + "x".repeat(1_000) + "\"}";
        for (int i = 0; i < 9; i++) {
            upstream().put(id("small-" + i), body);
        }
        DocumentId large = id("large");
        upstream().put(large, "{\"text\":\"" + "x".repeat(50_000) + "\"}");
        for (int i = 10; i < 19; i++) {
            upstream().put(id("small-" + i), body);
        }
        try (ChangeFeed feed = open()) {
            Drained drained = drain(feed, new BatchLimits(1_000, 5_000));
            assertThat(drained.changes()).hasSize(19);
            for (ChangeBatch batch : drained.batches()) {
                if (batch.changes().size() > 1) {
                    assertThat(batch.bytes()).isLessThanOrEqualTo(5_000);
                }
            }
            assertThat(drained.batches())
                    .filteredOn(batch -> batch.changes().stream().anyMatch(c -> c.id().equals(large)))
                    .allSatisfy(batch -> assertThat(batch.changes()).hasSize(1));
        }
    }

    @Test
    void poll_documentEditedOften_comesOnceABatchAtItsNewestState() throws InterruptedException {
        DocumentId edited = id("edited");
        Revision newest = upstream().put(edited, "{\"n\":0}");
        putMany(3);
        for (int i = 1; i < 6; i++) {
            newest = upstream().put(edited, "{\"n\":" + i + "}");
        }
        try (ChangeFeed feed = open()) {
            Drained drained = drain(feed);
            for (ChangeBatch batch : drained.batches()) {
                assertThat(batch.changes().stream().map(DocumentChange::id)).doesNotHaveDuplicates();
            }
            assertThat(winner(drained.of(edited))).isEqualTo(newest);
        }
    }

    @Test
    void open_atTheLastPosition_givesOnlyWhatCameLater() throws InterruptedException {
        putMany(5);
        Position end;
        try (ChangeFeed feed = open()) {
            end = drain(feed).position();
        }
        try (ChangeFeed feed = open(end)) {
            assertThat(drain(feed).changes()).isEmpty();
            Revision later = upstream().put(id("later"), "{}");
            Drained drained = drain(feed);
            assertThat(drained.changes().keySet()).containsExactly(id("later"));
            assertThat(winner(drained.of(id("later")))).isEqualTo(later);
        }
    }

    @Test
    void open_atEveryPosition_skipsNothingThatFollows() throws InterruptedException {
        Set<DocumentId> missing = new HashSet<>(putMany(9));
        Drained drained;
        try (ChangeFeed feed = open()) {
            drained = drain(feed, new BatchLimits(2, LIMITS.bytes()));
        }
        for (ChangeBatch batch : drained.batches()) {
            batch.changes().forEach(change -> missing.remove(change.id()));
            try (ChangeFeed resumed = open(batch.position())) {
                assertThat(drain(resumed).changes().keySet()).containsAll(missing);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void open_emptyDatabase_hasAPositionToResumeFrom() throws InterruptedException {
        Position beginning;
        try (ChangeFeed feed = open()) {
            Drained drained = drain(feed);
            assertThat(drained.changes()).isEmpty();
            beginning = drained.position();
        }
        List<DocumentId> ids = putMany(2);
        try (ChangeFeed feed = open(beginning)) {
            assertThat(drain(feed).changes().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void open_malformedPosition_isRefusedAtTheFirstPoll() {
        assumeTrue(refusesMalformedPositions(), "this server takes any text as a position");
        putMany(1);
        assertThatThrownBy(() -> {
                    try (ChangeFeed feed = open(Position.of("no position of any database"))) {
                        feed.poll(LIMITS, Duration.ZERO);
                    }
                })
                .isInstanceOf(InvalidPositionException.class);
    }

    @Test
    void poll_twoFeedsAtOnce_areIndependent() throws InterruptedException {
        List<DocumentId> ids = putMany(6);
        try (ChangeFeed first = open();
                ChangeFeed second = open()) {
            first.poll(new BatchLimits(4, LIMITS.bytes()), Duration.ZERO);
            assertThat(drain(second).changes().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void poll_atTheEnd_waitsAndReturnsEmptyWithThePosition() throws InterruptedException {
        putMany(2);
        try (ChangeFeed feed = open()) {
            drain(feed);
            long start = System.nanoTime();
            ChangeBatch batch = feed.poll(LIMITS, Duration.ofMillis(500));
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(batch.changes()).isEmpty();
            assertThat(batch.caughtUp()).isTrue();
            assertThat(waited).isBetween(250L, 500 + TimeUnit.SECONDS.toMillis(SECONDS_UNTIL_PROMPT));
            try (ChangeFeed resumed = open(batch.position())) {
                assertThat(drain(resumed).changes()).isEmpty();
            }
        }
    }

    @Test
    void poll_changeWhileWaiting_returnsWithIt() throws Exception {
        try (ChangeFeed feed = open()) {
            drain(feed);
            Running<ChangeBatch> waiting = start(() -> firstChanges(feed));
            assertStillWaiting(waiting);
            upstream().put(id("awaited"), "{}");
            ChangeBatch batch = waiting.result().get(SECONDS_UNTIL_PROMPT, TimeUnit.SECONDS);
            assertThat(batch.changes().stream().map(DocumentChange::id)).containsExactly(id("awaited"));
        }
    }

    @Test
    void close_whileAnotherThreadWaits_endsThePoll() throws Exception {
        ChangeFeed feed = open();
        drain(feed);
        Running<ChangeBatch> waiting = start(() -> feed.poll(LIMITS, LONG));
        assertStillWaiting(waiting);
        feed.close();
        assertEndedEmpty(waiting);
        feed.close();
    }

    @Test
    void close_justBeforeAPoll_doesNotLetItWait() throws Exception {
        ChangeFeed feed = open();
        drain(feed);
        feed.close();
        assertEndedEmpty(start(() -> feed.poll(LIMITS, LONG)));
    }

    @Test
    void poll_interruptedWhileWaiting_throwsInterruptedException() throws Exception {
        try (ChangeFeed feed = open()) {
            drain(feed);
            Running<ChangeBatch> waiting = start(() -> feed.poll(LIMITS, LONG));
            assertStillWaiting(waiting);
            waiting.thread().interrupt();
            assertThatThrownBy(() -> waiting.result().get(SECONDS_UNTIL_PROMPT, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private static ChangeBatch firstChanges(ChangeFeed feed) throws InterruptedException {
        ChangeBatch batch;
        do {
            batch = feed.poll(LIMITS, LONG);
        } while (batch.changes().isEmpty());
        return batch;
    }

    private static void assertStillWaiting(Running<?> waiting) {
        assertThatThrownBy(() -> waiting.result().get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    private static void assertEndedEmpty(Running<ChangeBatch> poll) throws Exception {
        try {
            assertThat(poll.result().get(SECONDS_UNTIL_PROMPT, TimeUnit.SECONDS).changes())
                    .isEmpty();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(TransientSyncException.class);
        }
    }
}
