package dev.docmirror.cycle;

import java.time.Instant;
import java.util.Optional;

import dev.docmirror.error.SyncException;

/** What came of asking for a cycle. */
public sealed interface CycleOutcome {

    /**
     * It ran.
     *
     * @param report what was done, also as far as it got when something failed
     * @param failure what kept the push or the pull from doing all there was to do; of the push, if both failed
     */
    record Finished(CycleReport report, Optional<SyncException> failure) implements CycleOutcome {}

    /**
     * It did not run, because this node runs a cycle already, and is not run later, either.
     *
     * @param since when that one began
     */
    record Busy(Instant since) implements CycleOutcome {}
}
