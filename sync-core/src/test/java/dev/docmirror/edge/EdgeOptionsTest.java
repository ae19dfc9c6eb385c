package dev.docmirror.edge;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EdgeOptionsTest {
    @Test
    void defaults_areAsDocumented() {
        EdgeOptions options = EdgeOptions.defaults();
        assertThat(options.maxDocuments()).isEqualTo(1_000);
        assertThat(options.maxMemory()).isEqualTo(50 * 1024 * 1024);
        assertThat(options.batchSize()).isEqualTo(100);
        assertThat(options.maxAttempts()).isEqualTo(5);
        assertThat(options.backoffBase()).isEqualTo(Duration.ofMillis(500));
        assertThat(options.backoffCap()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void withX_outOfRange_isRefusedByName() {
        EdgeOptions options = EdgeOptions.defaults();
        assertThatThrownBy(() -> options.withMaxDocuments(0)).hasMessage("maxDocuments: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withMaxMemory(0)).hasMessage("maxMemory: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withBatchSize(0)).hasMessage("batchSize: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withMaxAttempts(0)).hasMessage("maxAttempts: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withBackoff(Duration.ZERO, Duration.ZERO))
                .hasMessage("backoff base: must be >= 1 ms, was PT0S");
        assertThatThrownBy(() -> options.withBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("backoff cap: must be >= base, was PT1S");
    }
}
