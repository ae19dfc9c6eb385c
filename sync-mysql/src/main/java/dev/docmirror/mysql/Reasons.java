package dev.docmirror.mysql;

/** Reasons as they are stored. */
final class Reasons {
    private static final int LONGEST = 2_000;

    private Reasons() {}

    static String cut(String reason) {
        String text = reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
        return Unicode.repaired(text);
    }
}
