package dev.docmirror.queue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Verifies the audit of a queue. An entry that was altered, taken out, put in or moved breaks the chain there. Entries
 * cut off at the end, or a whole chain that somebody calculated anew, show only against a {@link Head} that was kept
 * elsewhere: take one from time to time, and put it out of the database's reach.
 */
public final class QueueAudit {
    private static final int PAGE = 1_000;

    private QueueAudit() {}

    /** Where entries are read; usually {@code store::audit}. */
    @FunctionalInterface
    public interface Pages {
        /** Entries with a greater sequence, in their order. */
        List<AuditEntry> audit(long after, int limit);
    }

    /**
     * How far a chain reaches.
     *
     * @param sequence the last entry, 0 if there is none
     * @param hash its hash, empty if there is none
     */
    public record Head(long sequence, String hash) {
        /** The head of an audit without entries. */
        public static final Head NONE = new Head(0, "");
    }

    /**
     * What was found.
     *
     * @param intactTo the last entry up to which everything is as it was written
     * @param broken the sequence that the first wrong or missing entry should have; empty if there is none
     */
    public record Result(Head intactTo, OptionalLong broken) {
        public boolean isIntact() {
            return broken.isEmpty();
        }
    }

    /** Verifies all entries. */
    public static Result verify(Pages pages) {
        return verify(pages, Head.NONE);
    }

    /**
     * Verifies all entries, and that the chain still leads through a head that was kept.
     *
     * @param kept what {@link Result#intactTo} was before
     */
    public static Result verify(Pages pages, Head kept) {
        Optional<AuditEntry> last = Optional.empty();
        while (true) {
            List<AuditEntry> page = pages.audit(sequence(last), PAGE);
            for (AuditEntry entry : page) {
                boolean asKept =
                        entry.sequence() != kept.sequence() || entry.hash().equals(kept.hash());
                if (!entry.isAfter(last) || !asKept) {
                    return new Result(head(last), OptionalLong.of(sequence(last) + 1));
                }
                last = Optional.of(entry);
            }
            if (page.isEmpty()) {
                boolean cutOff = sequence(last) < kept.sequence();
                return new Result(head(last), cutOff ? OptionalLong.of(sequence(last) + 1) : OptionalLong.empty());
            }
        }
    }

    private static long sequence(Optional<AuditEntry> entry) {
        return entry.map(AuditEntry::sequence).orElse(0L);
    }

    private static Head head(Optional<AuditEntry> entry) {
        return entry.map(last -> new Head(last.sequence(), last.hash())).orElse(Head.NONE);
    }
}
