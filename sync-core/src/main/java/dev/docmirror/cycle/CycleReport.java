package dev.docmirror.cycle;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.docmirror.queue.PushReport;

/**
 * What a cycle did, in the form in which an endpoint answers it. It holds names, ids and counts, no document content.
 *
 * @param success whether push and pull did all there was to do; operations that failed or met a conflict do not count
 *     against it
 * @param completedAt when it ended, cut to milliseconds
 * @param durationMs how long it took, in milliseconds
 * @param push what was written to the source
 * @param pull what was mirrored
 * @param conflicts the conflicts of both, at most {@value PullEvents#LISTED} of the pull
 */
public record CycleReport(
        boolean success, Instant completedAt, long durationMs, Push push, Pull pull, List<Conflict> conflicts) {
    public CycleReport {
        completedAt = completedAt.truncatedTo(ChronoUnit.MILLIS);
        conflicts = List.copyOf(conflicts);
    }

    /**
     * What was written to the source.
     *
     * @param total operations that were taken from the queue
     * @param success those whose effect is in the source
     * @param failed those that failed, for now or for good
     * @param conflicts those that met another version of their document
     */
    public record Push(int total, int success, int failed, int conflicts) {
        static Push of(PushReport report) {
            return new Push(report.total(), report.success(), report.failed(), report.conflicts());
        }
    }

    /**
     * What was mirrored. Each change counts once: {@code total = applied + skipped + conflicts}.
     *
     * @param total changes that the source had
     * @param applied those that are in the mirror now
     * @param skipped those that were there already, have no mapping, or could not be mirrored
     * @param conflicts those that competed with another version, however that was decided
     */
    public record Pull(long total, long applied, long skipped, long conflicts) {}

    /**
     * A conflict.
     *
     * @param entityType the document's type, empty if unknown
     * @param entityId the document
     * @param resolution how it was decided. Of the pull: {@code Chosen}, {@code Merged}, {@code RejectedImmutable},
     *     {@code RejectedLocked}, {@code Review}. Of the push: {@code ClientWins}, {@code ServerWins}, {@code Manual},
     *     or {@code Unresolved} if it waits for somebody
     * @param reason which rule decided, or what stood against the operation
     */
    public record Conflict(Optional<String> entityType, String entityId, String resolution, String reason) {

        /** {@code REJECTED_LOCKED} as {@code RejectedLocked}. */
        static String name(Enum<?> resolution) {
            StringBuilder name = new StringBuilder();
            for (String word : resolution.name().split("_", -1)) {
                name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return name.toString();
        }

        private static Conflict of(PushReport.OperationConflict conflict) {
            return new Conflict(
                    Optional.of(conflict.type()),
                    conflict.id().value(),
                    conflict.resolution().map(Conflict::name).orElse("Unresolved"),
                    conflict.reason());
        }
    }

    static CycleReport of(
            boolean success, Instant completedAt, Duration took, PushReport pushed, PullEvents.Sum pulled) {
        List<Conflict> conflicts = new ArrayList<>();
        pushed.conflictList().forEach(conflict -> conflicts.add(Conflict.of(conflict)));
        conflicts.addAll(pulled.listed());
        return new CycleReport(success, completedAt, took.toMillis(), Push.of(pushed), pulled.figures(), conflicts);
    }
}
