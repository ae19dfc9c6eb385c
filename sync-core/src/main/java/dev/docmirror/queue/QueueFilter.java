package dev.docmirror.queue;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.DocumentId;

/**
 * Which operations of a queue are meant. Empty parts mean all.
 *
 * @param after only operations with a greater number, for paging
 * @param limit how many at most, at least 1
 */
public record QueueFilter(
        Set<OperationState> states,
        Optional<String> type,
        Optional<DocumentId> id,
        Optional<String> user,
        Optional<String> device,
        long after,
        int limit) {
    public QueueFilter {
        states = Set.copyOf(states);
        if (limit < 1) {
            throw new IllegalArgumentException("limit: must be >= 1, was " + limit);
        }
    }

    /** All operations, 100 a page. */
    public static QueueFilter all() {
        return new QueueFilter(
                Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 0, 100);
    }

    /** Only those in one of these states. */
    public QueueFilter in(OperationState first, OperationState... more) {
        return new QueueFilter(EnumSet.of(first, more), type, id, user, device, after, limit);
    }

    /** Only those on documents of this type. */
    public QueueFilter ofType(String wanted) {
        return new QueueFilter(states, Optional.of(wanted), id, user, device, after, limit);
    }

    /** Only those on this document. */
    public QueueFilter on(DocumentId wanted) {
        return new QueueFilter(states, type, Optional.of(wanted), user, device, after, limit);
    }

    /** Only those of this user. */
    public QueueFilter ofUser(String wanted) {
        return new QueueFilter(states, type, id, Optional.of(wanted), device, after, limit);
    }

    /** Only those from this device. */
    public QueueFilter ofDevice(String wanted) {
        return new QueueFilter(states, type, id, user, Optional.of(wanted), after, limit);
    }

    /** The page behind an operation, of at most so many. */
    public QueueFilter page(long behind, int most) {
        return new QueueFilter(states, type, id, user, device, behind, most);
    }
}
