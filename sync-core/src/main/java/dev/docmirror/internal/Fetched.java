package dev.docmirror.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.docmirror.change.ChangeBatch;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way from the fetch thread to the apply thread.
 *
 * @param pollBegan when its poll began
 * @param arrived when it was complete
 * @param decided what was decided about its changes ahead: nothing, or something or null for each
 */
record Fetched(ChangeBatch batch, long pollBegan, long arrived, CompletableFuture<List<@Nullable Decision>> decided) {
    Fetched(ChangeBatch batch, long pollBegan, long arrived) {
        this(batch, pollBegan, arrived, CompletableFuture.completedFuture(List.of()));
    }

    Fetched decided(CompletableFuture<List<@Nullable Decision>> ahead) {
        return new Fetched(batch, pollBegan, arrived, ahead);
    }
}
