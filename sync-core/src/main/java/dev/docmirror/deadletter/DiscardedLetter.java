package dev.docmirror.deadletter;

import java.time.Instant;

/**
 * A dead letter that somebody discarded.
 *
 * @param by who did
 * @param at when, by the database's clock
 * @param note why
 */
public record DiscardedLetter(DeadLetter letter, String by, Instant at, String note) {
    private static final int LONGEST_NAME = 191;
    static final int PAGE = 1_000;

    /**
     * Whether a text can say who discards letters.
     *
     * @throws IllegalArgumentException if it can't
     */
    public static void checkName(String by) {
        int length = by.codePointCount(0, by.length());
        if (by.isBlank() || length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "by: must have 1 to " + LONGEST_NAME + " characters, not all of them blank, had " + length);
        }
    }
}
