package dev.docmirror.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import org.jspecify.annotations.Nullable;

/**
 * Tries parked documents again that were in each other's way: page by page, when others were written since the last pass. A
 * pass that frees none makes the next one come later. Confined to the apply thread.
 */
final class Collisions {
    private static final int PAGE = 500;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int SHARE = 4;

    private final StreamId stream;
    private final Optional<DeadLetterStore> letters;
    private final LongSupplier nanoTime;
    /** Those of an earlier run, too: what is there is found out by looking. */
    private boolean any = true;

    private boolean written;
    private boolean helped;
    private @Nullable DocumentId last;
    private Duration delay = SHORTEST;
    private long due;
    private long began;

    /** @param written whether others may have been written that nobody has seen */
    Collisions(StreamId stream, Optional<DeadLetterStore> letters, boolean written, LongSupplier nanoTime) {
        this.stream = stream;
        this.written = written;
        this.letters = letters;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
    }

    /** Makes documents anew and tells how many are mirrored now. */
    interface Replayer {
        long replay(List<DocumentId> ids) throws InterruptedException;
    }

    void saw(BatchOutcome outcome) {
        written |= !outcome.writes().isEmpty();
        any |= outcome.parked().stream().anyMatch(letter -> letter.kind() == DeadLetter.Kind.COLLISION);
    }

    /** Rows of others are gone. */
    void freed() {
        written = true;
    }

    /** @param toTheEnd whether to go on until it helps no more, without a pause; else at most a page is tried */
    void retry(boolean toTheEnd, Guard guard, Replayer replayer) throws InterruptedException {
        if (letters.isEmpty()) {
            return;
        }
        do {
            if (isDue(toTheEnd)) {
                page(letters.get(), guard, replayer);
            }
        } while (toTheEnd && isDue(true));
    }

    private boolean isDue(boolean now) {
        return any && (last != null || (written && (now || nanoTime.getAsLong() - due >= 0)));
    }

    private void page(DeadLetterStore store, Guard guard, Replayer replayer) throws InterruptedException {
        if (last == null) {
            began = nanoTime.getAsLong();
            written = false;
            helped = false;
        }
        Optional<DocumentId> after = Optional.ofNullable(last);
        List<DocumentId> ids = guard.call(() -> store.ids(stream, DeadLetterFilter.collisions(), after, PAGE));
        if (!ids.isEmpty()) {
            helped |= replayer.replay(ids) > 0;
        }
        if (ids.size() == PAGE) {
            last = ids.get(PAGE - 1);
            return;
        }
        any = last != null || !ids.isEmpty();
        last = null;
        long now = nanoTime.getAsLong();
        if (any) {
            delay = helped ? SHORTEST : shorter(delay.multipliedBy(2), LONGEST);
        }
        // A long pass keeps the feed waiting: it is not to be most of what the worker does.
        due = now + Math.max(delay.toNanos(), SHARE * (now - began));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
