package dev.docmirror.monitor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.docmirror.internal.JsonTime;
import dev.docmirror.queue.OperationState;

/**
 * The health of a sync, in the form in which an endpoint answers it.
 *
 * @param status {@code healthy}, {@code degraded} or {@code unhealthy}
 * @param checks counts: the host's own, and {@code pending_syncs} and {@code failed_syncs} as far as they are known,
 *     {@code encrypted} where documents wait for a key
 * @param lastCheck as {@code last_check}: when, in ISO 8601 with milliseconds
 */
public record HealthAnswer(
        String status,
        Map<String, Long> checks,
        @JsonProperty("last_check") String lastCheck) {
    public HealthAnswer {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /**
     * The answer for a snapshot. Failed are operations that failed and documents that could not be mirrored.
     *
     * @param counts what the host counts itself: rows of its tables, for one
     */
    public static HealthAnswer of(MonitorSnapshot snapshot, HealthThresholds thresholds, Map<String, Long> counts) {
        SyncHealth health = SyncHealth.of(snapshot, thresholds);
        Map<String, Long> checks = new LinkedHashMap<>(counts);
        snapshot.queue()
                .ifPresent(queue -> checks.put(
                        "pending_syncs", queue.in(OperationState.PENDING) + queue.in(OperationState.PROCESSING)));
        if (snapshot.queue().isPresent() || snapshot.deadLetters().isPresent()) {
            long operations = snapshot.queue()
                    .map(queue -> queue.in(OperationState.FAILED))
                    .orElse(0L);
            checks.put("failed_syncs", operations + snapshot.deadLetters().orElse(0));
        }
        // Only where there are any: seldom does somebody have a use for it.
        snapshot.encrypted().stream()
                .filter(waiting -> waiting > 0)
                .forEach(waiting -> checks.put("encrypted", waiting));
        String status = health.status().name().toLowerCase(Locale.ROOT);
        return new HealthAnswer(status, checks, JsonTime.of(health.checkedAt()));
    }
}
