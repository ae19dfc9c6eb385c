package dev.docmirror;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SyncOptionsTest {
    @Test
    void withers_changeOneSettingOfACopy() {
        SyncOptions changed = SyncOptions.defaults().withBatchSize(7).withPollWait(Duration.ofSeconds(4));
        assertThat(changed.batchLimits().documents()).isEqualTo(7);
        assertThat(changed.batchLimits().bytes()).isEqualTo(16L * 1024 * 1024);
        assertThat(changed.pollWait()).isEqualTo(Duration.ofSeconds(4));
        assertThat(SyncOptions.defaults().batchLimits().documents()).isEqualTo(2_000);
        assertThat(SyncOptions.defaults().pollWait()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void withers_badValue_isRefusedWithPropertyAndValue() {
        SyncOptions options = SyncOptions.defaults();
        assertThatThrownBy(() -> options.withBatchSize(0)).hasMessage("batchSize: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withBatchBytes(0)).hasMessage("batchBytes: must be >= 1, was 0");
        assertThatThrownBy(() -> options.withPollWait(Duration.ZERO)).hasMessage("pollWait: must be >= 1 ms, was PT0S");
        assertThatThrownBy(() -> options.withLeaseTtl(Duration.ofMillis(1))).hasMessageStartingWith("leaseTtl: ");
        assertThatThrownBy(() -> options.withBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("backoff cap: must be >= base, was PT1S");
        assertThatThrownBy(() -> options.withGiveUpAfter(Duration.ZERO)).hasMessageStartingWith("giveUpAfter: ");
        assertThatThrownBy(() -> options.withSystemicFailure(0, 1)).hasMessageStartingWith("systemicFailure share: ");
        assertThatThrownBy(() -> options.withSystemicFailure(1, 0)).hasMessageStartingWith("systemicFailure minimum: ");
        assertThatThrownBy(() -> options.withCloseTimeout(Duration.ZERO)).hasMessageStartingWith("closeTimeout: ");
        assertThatThrownBy(() -> options.withOwner(" ")).hasMessageStartingWith("owner: ");
    }
}
