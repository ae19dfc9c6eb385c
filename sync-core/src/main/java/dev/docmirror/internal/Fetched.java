package dev.docmirror.internal;

import java.util.concurrent.CompletableFuture;

import dev.docmirror.change.ChangeBatch;

/**
 * A batch on its way from the fetch thread to the apply thread.
 *
 * @param pollBegan when its poll began
 * @param arrived when it was complete
 * @param decided its changes, with what was decided about them ahead
 */
record Fetched(ChangeBatch batch, long pollBegan, long arrived, CompletableFuture<DecidedAhead> decided) {
    Fetched(ChangeBatch batch, long pollBegan, long arrived) {
        this(batch, pollBegan, arrived, CompletableFuture.completedFuture(DecidedAhead.nothing(batch.changes())));
    }

    Fetched decided(CompletableFuture<DecidedAhead> ahead) {
        return new Fetched(batch, pollBegan, arrived, ahead);
    }
}
