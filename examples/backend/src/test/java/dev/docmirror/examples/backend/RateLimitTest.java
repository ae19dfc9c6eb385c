package dev.docmirror.examples.backend;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RateLimitTest {
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow
    private final RateLimit limit = new RateLimit(3, 2, nanoTime::get);

    private void after(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    private void useUp(String caller) {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.refusal(caller)).isEmpty();
        }
    }

    @Test
    void refusal_burstIsUsedUp_saysHowLongToWait() {
        useUp("one");

        assertThat(limit.refusal("one")).contains(Duration.ofMillis(500));
        after(Duration.ofMillis(400));
        assertThat(limit.refusal("one")).contains(Duration.ofMillis(100));
        after(Duration.ofMillis(100));
        assertThat(limit.refusal("one")).isEmpty();
        assertThat(limit.refusal("one")).isPresent();
    }

    @Test
    void refusal_refused_doesNotCount() {
        useUp("one");
        for (int i = 0; i < 100; i++) {
            assertThat(limit.refusal("one")).contains(Duration.ofMillis(500));
        }
    }

    @Test
    void refusal_anotherCaller_isNotHeldUp() {
        useUp("one");
        assertThat(limit.refusal("two")).isEmpty();
    }

    @Test
    void refusal_longAfter_hasTheWholeBurstAgainAndNoMore() {
        useUp("one");
        after(Duration.ofDays(1));
        useUp("one");
        assertThat(limit.refusal("one")).isPresent();
    }

    @Test
    void new_nothingAllowed_isRefused() {
        assertThatThrownBy(() -> new RateLimit(0, 1, nanoTime::get)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimit(1, 0, nanoTime::get)).isInstanceOf(IllegalArgumentException.class);
    }
}
