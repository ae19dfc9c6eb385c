package dev.docmirror.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.docmirror.queue.SyncOperation.Kind;
import tools.jackson.databind.node.ObjectNode;

/**
 * Folds a new operation into the one on the same document that waits, so that both reach the source with one write.
 * Pure; every store folds by it.
 *
 * <p>Two operations stay apart where one could not stand for both: the waiting one was sent already; they were made from
 * different bases; a document is created after it was deleted; patches have {@linkplain MergePatch#merge no sum}; or the
 * newer one has to wait for so long that the other would be held up. The sum is due when both are, but folding postpones
 * an operation by no more than its own delay, however many follow.
 */
public final class Folding {
    /** Why an operation is cancelled by its follower. */
    public static final String NOTHING_LEFT = "folded: created and deleted again";

    private Folding() {}

    /** What becomes of two operations. */
    public sealed interface Result {

        /**
         * One operation stands for both.
         *
         * @param sum with the user, device and time of the newer one
         * @param dueAt when it is due
         */
        record Folded(SyncOperation sum, Instant dueAt) implements Result {}

        /** Nothing is to be done: the waiting one is {@linkplain OperationState#CANCELLED cancelled}. */
        record Nothing() implements Result {}

        /** The newer one waits behind the other. */
        record Apart() implements Result {}
    }

    /**
     * Folds two operations on one document.
     *
     * @param waiting the newest one that is not final
     * @param now the store's time
     */
    public static Result fold(QueuedOperation waiting, SyncOperation newer, Instant now) {
        SyncOperation older = waiting.operation();
        if (!waiting.takesMore() || !sameBase(older, newer) || waiting.dueAt().isEmpty()) {
            return new Result.Apart();
        }
        if (older.kind() == Kind.CREATE && newer.kind() == Kind.DELETE) {
            return new Result.Nothing();
        }
        Instant due = waiting.dueAt().get();
        if (!newer.delay().isZero()) {
            Instant newerDue = now.plus(newer.delay());
            Duration twice = older.delay().multipliedBy(2);
            if (newerDue.isAfter(due) && newerDue.isAfter(waiting.enqueuedAt().plus(twice))) {
                return new Result.Apart();
            }
            due = newerDue.isAfter(due) ? newerDue : due;
        }
        Instant dueAt = due;
        return sum(older, newer)
                .<Result>map(sum -> new Result.Folded(sum, dueAt))
                .orElseGet(Result.Apart::new);
    }

    /** A newer one without a base was made from what the older one leaves behind. */
    private static boolean sameBase(SyncOperation older, SyncOperation newer) {
        return (newer.base().isEmpty() || newer.base().equals(older.base()))
                && (newer.version().isEmpty() || newer.version().equals(older.version()));
    }

    private static Optional<SyncOperation> sum(SyncOperation older, SyncOperation newer) {
        return switch (newer.kind()) {
            case CREATE ->
                older.kind() == Kind.CREATE && older.body().equals(newer.body())
                        ? Optional.of(sum(Kind.CREATE, newer.body(), older, newer))
                        : Optional.empty();
            case UPDATE ->
                switch (older.kind()) {
                    case CREATE -> Optional.of(sum(Kind.CREATE, newer.body(), older, newer));
                    case UPDATE, PATCH -> Optional.of(sum(Kind.UPDATE, newer.body(), older, newer));
                    case DELETE -> Optional.empty();
                };
            case PATCH -> patched(older, newer).map(body -> sum(older.kind(), Optional.of(body), older, newer));
            case DELETE -> Optional.of(sum(Kind.DELETE, Optional.empty(), older, newer));
        };
    }

    private static Optional<ObjectNode> patched(SyncOperation older, SyncOperation patch) {
        ObjectNode changes = patch.body().orElseThrow();
        return older.body()
                .flatMap(body -> older.kind() == Kind.PATCH
                        ? MergePatch.merge(body, changes)
                        : Optional.of(MergePatch.apply(body, changes)));
    }

    private static SyncOperation sum(Kind kind, Optional<ObjectNode> body, SyncOperation older, SyncOperation newer) {
        return new SyncOperation(
                kind,
                newer.type(),
                older.id(),
                body,
                older.base(),
                older.version(),
                newer.user(),
                newer.device(),
                newer.clientTime(),
                older.delay());
    }
}
