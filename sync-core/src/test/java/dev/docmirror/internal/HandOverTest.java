package dev.docmirror.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class HandOverTest {
    private static final String BODY = "{\"n\":1}";
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Stop stop = new Stop();
    private final List<Position> begun = new CopyOnWriteArrayList<>();
    private final CompletableFuture<DecidedAhead> ahead = new CompletableFuture<>();
    private final HandOver handOver = new HandOver(new BatchLimits(250, 10 * BODY.length()), stop, batch -> {
        begun.add(batch.position());
        return ahead;
    });

    private static DocumentChange change(String id, String revision) {
        return DocumentChange.of(new Document(
                DocumentId.of(id),
                Revision.of(revision),
                false,
                BODY.getBytes(StandardCharsets.UTF_8),
                DocumentReader.defaults()));
    }

    private static Fetched batch(int number, boolean caughtUp, DocumentChange... changes) {
        ChangeBatch batch =
                new ChangeBatch(List.of(changes), Position.of("p" + number), OptionalLong.of(100 - number), caughtUp);
        return new Fetched(batch, number, 10 + number);
    }

    private static Stream<String> ids(Optional<Fetched> fetched) {
        return fetched.orElseThrow().batch().changes().stream()
                .map(change -> change.id().value());
    }

    @Test
    void put_whileABatchWaits_joinsItAndReachesItsPosition() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        handOver.put(batch(2, false));
        handOver.put(batch(3, true, change("b", "1-b"), change("c", "1-c")));
        Fetched taken = handOver.take(true).orElseThrow();
        assertThat(ids(Optional.of(taken))).containsExactly("a", "b", "c");
        assertThat(taken.batch().position()).isEqualTo(Position.of("p3"));
        assertThat(taken.batch().pending()).hasValue(97);
        assertThat(taken.batch().caughtUp()).isTrue();
        assertThat(taken.pollBegan()).isEqualTo(3);
        assertThat(taken.arrived()).isEqualTo(11);
        assertThat(handOver.isDrained()).isTrue();
    }

    @Test
    void put_sameDocumentAgain_waitsUntilTheEarlierStateIsTaken() throws Exception {
        handOver.put(batch(1, false, change("a", "2-a")));
        Waiter putting = putting(batch(2, true, change("a", "1-a")));
        assertThat(ids(handOver.take(true))).containsExactly("a");
        putting.await();
        Fetched second = handOver.take(true).orElseThrow();
        assertThat(second.batch().changes().get(0).winner().revision()).isEqualTo(Revision.of("1-a"));
    }

    @Test
    void put_moreBytesThanABatchMayHave_waits() throws Exception {
        DocumentChange[] nine =
                IntStream.range(0, 9).mapToObj(i -> change("doc-" + i, "1-a")).toArray(DocumentChange[]::new);
        handOver.put(batch(1, false, nine));
        Waiter putting = putting(batch(2, true, change("x", "1-a"), change("y", "1-a")));
        assertThat(ids(handOver.take(true))).hasSize(9);
        putting.await();
        assertThat(ids(handOver.take(true))).containsExactly("x", "y");
    }

    @Test
    void put_withoutRoom_isNotDecidedAheadBeforeThereIs() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        assertThat(begun).containsExactly(Position.of("p1"));
        Waiter putting = putting(batch(2, true, change("a", "2-a")));
        assertThat(begun).hasSize(1);
        assertThat(handOver.take(true)).isPresent();
        putting.await();
        assertThat(begun).containsExactly(Position.of("p1"), Position.of("p2"));
        assertThat(handOver.take(true).orElseThrow().decided()).isSameAs(ahead);
    }

    @Test
    void isDrained_whatWaitedForRoomWasTaken_isNotBeforeTheFeedWasAskedAgain() throws Exception {
        assertThat(handOver.put(batch(1, true, change("a", "1-a")))).isTrue();
        assertThat(handOver.isDrained()).isFalse();
        Waiter putting = putting(batch(2, true, change("a", "2-a")));
        assertThat(handOver.take(true)).isPresent();
        putting.await();
        assertThat(handOver.take(true)).isPresent();
        assertThat(handOver.isDrained()).isFalse();
        assertThat(handOver.put(batch(3, true))).isTrue();
        assertThat(handOver.take(true)).isPresent();
        assertThat(handOver.isDrained()).isTrue();
    }

    @Test
    void put_whileStopped_ends() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        Waiter putting = putting(batch(2, false, change("a", "2-a")));
        stop.request();
        handOver.nudge();
        assertThatThrownBy(putting::await).hasCauseInstanceOf(Stop.StoppedException.class);
    }

    @Test
    void awaitDemand_lastBatchIsStillApplied_takesAllItsTime() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        assertThat(handOver.take(true)).isPresent();
        assertThatDemandTakesAllItsTime();
    }

    @Test
    void awaitDemand_askedInVainSinceTheLastBatch_returns() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        assertThat(handOver.take(false)).isPresent();
        assertThat(handOver.take(false)).isEmpty();
        handOver.awaitDemand(LONG);
        handOver.awaitDemand(LONG);
    }

    @Test
    void awaitDemand_wantedWhileTheLastBatchIsApplied_returns() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        assertThat(handOver.take(true)).isPresent();
        handOver.want();
        handOver.awaitDemand(LONG);
    }

    @Test
    void awaitDemand_wantedWhileABatchWaits_takesAllItsTime() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        handOver.want();
        assertThatDemandTakesAllItsTime();
    }

    @Test
    void awaitDemand_whileWaitingForIt_returns() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        Waiter waiting = new Waiter(() -> handOver.awaitDemand(LONG));
        assertThat(handOver.take(false)).isPresent();
        assertThat(handOver.take(false)).isEmpty();
        waiting.await();
    }

    @Test
    void awaitDemand_whileStopped_ends() {
        Waiter waiting = new Waiter(() -> handOver.awaitDemand(LONG));
        stop.request();
        handOver.nudge();
        assertThatThrownBy(waiting::await).hasCauseInstanceOf(Stop.StoppedException.class);
    }

    @Test
    void fail_whileABatchWaits_isToldAfterIt() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        handOver.fail(new TransientSyncException("down", null));
        assertThat(ids(handOver.take(true))).containsExactly("a");
        assertThatThrownBy(() -> handOver.take(true)).isInstanceOf(TransientSyncException.class);
    }

    @Test
    void nudge_nobodyWaits_endsTheNextTakeOnly() throws Exception {
        handOver.nudge();
        assertThat(handOver.take(true)).isEmpty();
        assertThat(handOver.take(false)).isEmpty();
        Thread putting = new Thread(() -> {
            try {
                handOver.put(batch(1, false, change("a", "1-a")));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        putting.start();
        assertThat(ids(handOver.take(true))).containsExactly("a");
    }

    private void assertThatDemandTakesAllItsTime() throws InterruptedException {
        long began = System.nanoTime();
        handOver.awaitDemand(Duration.ofMillis(30));
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(30_000_000);
    }

    private Waiter putting(Fetched fetched) {
        return new Waiter(() -> handOver.put(fetched));
    }

    /** Something that may be interrupted. */
    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException;
    }

    /** What another thread has begun and waits in. */
    private static final class Waiter {
        private final FutureTask<Void> task;

        Waiter(Task task) {
            this.task = new FutureTask<>(() -> {
                task.run();
                return null;
            });
            Thread thread = new Thread(this.task);
            thread.start();
            Thread.State state = thread.getState();
            while (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
                assertThat(state).as("ended instead of waiting").isNotEqualTo(Thread.State.TERMINATED);
                Thread.onSpinWait();
                state = thread.getState();
            }
        }

        void await() throws Exception {
            task.get(20, TimeUnit.SECONDS);
        }
    }
}
