package dev.docmirror.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.monitor.SyncEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GuardTest {
    private final List<SyncEvent> told = new CopyOnWriteArrayList<>();
    private final Events events = new Events(StreamId.of("s"), new Tally(), (stream, event) -> told.add(event));
    private final Status status = new Status(events, System::nanoTime);
    private final Stop stop = new Stop();

    private Guard guard(SyncOptions options) {
        return new Guard(Status.Party.SOURCE, options, status, events, stop, System::nanoTime);
    }

    private static SyncOptions fast() {
        return SyncOptions.defaults().withBackoff(Duration.ofMillis(1), Duration.ofMillis(4));
    }

    private List<SyncEvent.RetryScheduled> retries() {
        return told.stream()
                .filter(SyncEvent.RetryScheduled.class::isInstance)
                .map(SyncEvent.RetryScheduled.class::cast)
                .toList();
    }

    @Test
    void call_transientFailures_areRetriedUntilSuccess() throws Exception {
        status.calm(SyncState.LIVE);
        AtomicInteger calls = new AtomicInteger();
        String answer = guard(fast()).call(() -> {
            if (calls.incrementAndGet() <= 12) {
                throw new TransientSyncException("down", null);
            }
            assertThat(status.state()).isEqualTo(SyncState.RETRYING);
            return "up";
        });
        assertThat(answer).isEqualTo("up");
        assertThat(calls).hasValue(13);
        assertThat(retries()).extracting(SyncEvent.RetryScheduled::attempt).endsWith(11, 12);
        assertThat(retries()).allSatisfy(r -> assertThat(r.delay()).isLessThanOrEqualTo(Duration.ofMillis(4)));
        assertThat(status.state()).isEqualTo(SyncState.CATCHING_UP);
    }

    @Test
    void call_permanentFailure_passesAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> guard(fast()).call(() -> {
                    calls.incrementAndGet();
                    throw new AccessDeniedException("no", null);
                }))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(calls).hasValue(1);
        assertThat(retries()).isEmpty();
    }

    @Test
    void call_giveUpAfter_throwsTheLastFailure() {
        SyncOptions options = fast().withGiveUpAfter(Duration.ofMillis(20));
        assertThatThrownBy(() -> guard(options).call(() -> {
                    throw new TransientSyncException("still down", null);
                }))
                .isInstanceOf(TransientSyncException.class)
                .hasMessage("still down");
        assertThat(retries()).isNotEmpty();
    }

    @Test
    void call_retryAfter_isWaitedOutAtLeast() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        guard(fast()).call(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new TransientSyncException("busy", null, Duration.ofMillis(50));
            }
            return true;
        });
        assertThat(retries())
                .singleElement()
                .satisfies(r -> assertThat(r.delay()).isEqualTo(Duration.ofMillis(50)));
    }

    @Test
    void call_stopRequested_endsTheWait() {
        Guard guard = guard(SyncOptions.defaults().withBackoff(Duration.ofHours(1), Duration.ofHours(1)));
        assertThatThrownBy(() -> guard.call(() -> {
                    new Thread(stop::request).start();
                    throw new TransientSyncException("down", null, Duration.ofHours(1));
                }))
                .isInstanceOf(Stop.StoppedException.class);
    }

    @Test
    void call_foreignException_becomesADefectWithoutItsMessage() {
        assertThatThrownBy(() -> guard(fast()).call(() -> {
                    throw new IllegalStateException("canary");
                }))
                .isInstanceOf(UnexpectedFailureException.class)
                .hasNoCause()
                .hasMessageContaining("IllegalStateException")
                .hasMessageNotContaining("canary");
    }
}
