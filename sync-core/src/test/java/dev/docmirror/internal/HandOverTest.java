package dev.docmirror.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

    private final Stop stop = new Stop();
    private final List<Position> begun = new CopyOnWriteArrayList<>();
    private final CompletableFuture<DecidedAhead> ahead = new CompletableFuture<>();
    private final HandOver handOver = new HandOver(stop, batch -> {
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
    void put_whileABatchWaits_waitsUntilItIsTaken() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        FutureTask<Void> putting = putting(batch(2, true, change("b", "1-b")));
        assertThat(ids(handOver.take(true))).containsExactly("a");
        putting.get(20, TimeUnit.SECONDS);
        assertThat(ids(handOver.take(true))).containsExactly("b");
        assertThat(handOver.isEmpty()).isTrue();
    }

    @Test
    void awaitDemand_lastBatchIsStillApplied_waits() throws Exception {
        handOver.put(batch(1, true, change("a", "1-a")));
        FutureTask<Void> waiting = waiting(handOver::awaitDemand);
        assertThat(handOver.take(true)).isPresent();
        assertThat(waiting).isNotDone();
        assertThat(handOver.take(false)).isEmpty();
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void awaitDemand_nothingWasPutSinceTheLastOne_returns() throws Exception {
        assertThat(handOver.take(false)).isEmpty();
        handOver.awaitDemand();
        handOver.awaitDemand();
        handOver.put(batch(1, true));
        FutureTask<Void> waiting = waiting(handOver::awaitDemand);
        assertThat(handOver.take(false)).isPresent();
        assertThat(handOver.take(false)).isEmpty();
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void awaitDemand_whileStopped_ends() throws Exception {
        FutureTask<Void> waiting = waiting(handOver::awaitDemand);
        stop.request();
        handOver.nudge();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(Stop.StoppedException.class);
    }

    @Test
    void put_withoutRoom_isNotDecidedAheadBeforeThereIs() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        assertThat(begun).containsExactly(Position.of("p1"));
        FutureTask<Void> putting = putting(batch(2, true, change("a", "2-a")));
        assertThat(begun).hasSize(1);
        assertThat(handOver.take(true)).isPresent();
        putting.get(20, TimeUnit.SECONDS);
        assertThat(begun).containsExactly(Position.of("p1"), Position.of("p2"));
        assertThat(handOver.take(true).orElseThrow().decided()).isSameAs(ahead);
    }

    @Test
    void put_whileStopped_ends() throws Exception {
        handOver.put(batch(1, false, change("a", "1-a")));
        FutureTask<Void> putting = putting(batch(2, false, change("a", "2-a")));
        stop.request();
        handOver.nudge();
        assertThatThrownBy(() -> putting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(Stop.StoppedException.class);
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

    private FutureTask<Void> putting(Fetched fetched) {
        return waiting(() -> handOver.put(fetched));
    }

    /** Something that may be interrupted. */
    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException;
    }

    /** What another thread has begun and waits in. */
    private static FutureTask<Void> waiting(Task task) {
        FutureTask<Void> waiting = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        Thread thread = new Thread(waiting);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return waiting;
    }
}
