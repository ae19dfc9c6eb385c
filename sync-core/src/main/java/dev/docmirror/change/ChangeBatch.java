package dev.docmirror.change;

import java.util.List;
import java.util.OptionalLong;

/**
 * Consecutive changes of a feed, and the position that stands for them.
 *
 * @param changes each document once, at its newest state within the batch; may be empty
 * @param position where to resume once the changes are durable: every change up to here is in this batch or an earlier
 *     one. It moves even if no change came, and may stand still where the source gives no position in between
 * @param pending about how many changes wait behind this batch, if the source tells; a gauge, never loop control
 * @param caughtUp whether the end of the feed was reached at the time of the request
 */
public record ChangeBatch(List<DocumentChange> changes, Position position, OptionalLong pending, boolean caughtUp) {
    public ChangeBatch {
        changes = List.copyOf(changes);
    }

    /** The bytes of all bodies in this batch, as the source sent them. */
    public long bytes() {
        long sum = 0;
        for (DocumentChange change : changes) {
            sum += change.bytes();
        }
        return sum;
    }
}
