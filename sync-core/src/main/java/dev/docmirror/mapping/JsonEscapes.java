package dev.docmirror.mapping;

/** Looks into JSON text without parsing it again. */
final class JsonEscapes {
    private static final int ESCAPE_LENGTH = 6;

    private JsonEscapes() {}

    /**
     * Whether an escape stands for half a character: valid JSON that is no valid Unicode text, which MySQL's JSON type
     * refuses or alters.
     *
     * @param json valid JSON in UTF-8
     */
    static boolean hasUnpairedSurrogate(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] != '\\') {
                continue;
            }
            if (isSurrogate(json, i, 'c')) {
                return true;
            }
            if (isSurrogate(json, i, '8')) {
                if (!isSurrogate(json, i + ESCAPE_LENGTH, 'c')) {
                    return true;
                }
                i += 2 * ESCAPE_LENGTH - 1;
            } else {
                i++;
            }
        }
        return false;
    }

    /** @param half the least third digit of its kind: 8 of the high ones, c of the low ones */
    private static boolean isSurrogate(byte[] json, int at, char half) {
        if (at + ESCAPE_LENGTH > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return false;
        }
        int third = Character.digit(json[at + 3], 16);
        int least = Character.digit(half, 16);
        return Character.digit(json[at + 2], 16) == 13 && third >= least && third < least + 4;
    }
}
