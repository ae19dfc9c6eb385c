package dev.docmirror.identity;

/**
 * Who changes links, and why; kept in the audit.
 *
 * @param by a person or program, 1 to 191 characters
 * @param why without what identifies a person, at most 1,000 characters
 */
public record LinkNote(String by, String why) {
    private static final int LONGEST_BY = 191;
    private static final int LONGEST_WHY = 1_000;

    public LinkNote {
        if (by.isEmpty() || by.length() > LONGEST_BY) {
            throw new IllegalArgumentException("by: must have 1 to " + LONGEST_BY + " characters, had " + by.length());
        }
        if (why.length() > LONGEST_WHY) {
            throw new IllegalArgumentException(
                    "why: must have at most " + LONGEST_WHY + " characters, had " + why.length());
        }
    }

    public static LinkNote of(String by, String why) {
        return new LinkNote(by, why);
    }
}
