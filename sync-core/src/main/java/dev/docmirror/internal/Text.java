package dev.docmirror.internal;

/** Text from outside made safe for one line of a log. */
public final class Text {
    private static final int LONGEST = 200;

    private Text() {}

    /** Escapes all but printable ASCII as {@code \}{@code uXXXX}, and cuts what is longer than 200 characters. */
    public static String printable(String text) {
        int end = Math.min(text.length(), LONGEST);
        StringBuilder out = null;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c <= '~' && c != '\\';
            if (!plain && out == null) {
                out = new StringBuilder(end + 16).append(text, 0, i);
            }
            if (out != null) {
                if (plain) {
                    out.append(c);
                } else {
                    out.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        if (end < text.length()) {
            out = out == null ? new StringBuilder(text.substring(0, end)) : out;
            out.append("… (").append(text.length()).append(" characters)");
        }
        return out == null ? text : out.toString();
    }

    /** Whether a text is one that a database can give back: it has no unpaired surrogate. */
    public static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
