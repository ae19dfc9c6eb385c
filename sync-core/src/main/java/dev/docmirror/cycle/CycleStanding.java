package dev.docmirror.cycle;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.error.SyncException;

/**
 * How the cycles of this node went so far.
 *
 * @param lastSuccess when the last one ended that did all there was to do
 * @param failures how many have failed since
 * @param lastFailure why the last of these failed
 */
public record CycleStanding(Optional<Instant> lastSuccess, int failures, Optional<SyncException> lastFailure) {
    static final CycleStanding NONE = new CycleStanding(Optional.empty(), 0, Optional.empty());

    CycleStanding succeeded(Instant at) {
        return new CycleStanding(Optional.of(at), 0, Optional.empty());
    }

    CycleStanding failed(SyncException cause) {
        return new CycleStanding(lastSuccess, failures + 1, Optional.of(cause));
    }
}
