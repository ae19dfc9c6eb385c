package dev.docmirror.identity;

import dev.docmirror.internal.Text;

/**
 * How one system calls a person or thing. Compared by its exact characters: {@code Abc}, {@code abc}, {@code abç},
 * {@code a} and {@code a } (with a space) are five ids.
 *
 * @param system the system's name as the host chose it, 1 to 64 characters
 * @param id the system's own id, 1 to 512 characters
 */
public record ExternalId(String system, String id) {
    private static final int LONGEST_SYSTEM = 64;
    private static final int LONGEST_ID = 512;

    public ExternalId {
        check("system", system, LONGEST_SYSTEM);
        check("id", id, LONGEST_ID);
    }

    public static ExternalId of(String system, String id) {
        return new ExternalId(system, id);
    }

    /** Whether a text can be an {@link #id}. */
    public static boolean isId(String text) {
        return fits(text, LONGEST_ID);
    }

    private static void check(String property, String text, int longest) {
        if (!fits(text, longest)) {
            throw new IllegalArgumentException(
                    property + ": must be Unicode text of 1 to " + longest + " characters, had " + text.length());
        }
    }

    private static boolean fits(String text, int longest) {
        return !text.isEmpty() && text.length() <= longest && Text.isUnicode(text);
    }

    /** The system only: the id may tell who a person is. */
    @Override
    public String toString() {
        return "ExternalId[" + system + "]";
    }
}
