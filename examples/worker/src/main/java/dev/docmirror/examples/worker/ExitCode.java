package dev.docmirror.examples.worker;

import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.InvalidPositionException;
import dev.docmirror.error.SchemaMismatchException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.SyncException;

/** How the process ends; service managers restart it after some of these and not after others. */
final class ExitCode {
    /** Done. */
    static final int DONE = 0;
    /** Failed, or gave up. */
    static final int FAILED = 1;
    /** Wrong use or configuration. */
    static final int USAGE = 2;
    /** A person has to decide or to mend something first. */
    static final int HALTED = 3;
    /** Ended by SIGTERM, as shells number it. */
    static final int TERMINATED = 128 + 15;

    private ExitCode() {}

    static int of(SyncException failure) {
        if (failure instanceof SourceReplacedException
                || failure instanceof SourceUnavailableException
                || failure instanceof InvalidPositionException
                || failure instanceof SchemaMismatchException
                || failure instanceof CheckpointConflictException) {
            return HALTED;
        }
        return failure instanceof ConfigurationException ? USAGE : FAILED;
    }
}
