package dev.docmirror.mysql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text that a driver would alter without a word: lone surrogates become question marks, so they are looked for here.
 */
final class Unicode {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Unicode() {}

    static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The same text with each lone surrogate replaced by U+FFFD, for columns that only inform. */
    static String repaired(String text) {
        if (wellFormed(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(isLoneSurrogate(c) ? 0xFFFD : c));
        return out.toString();
    }

    /** UTF-8, in which lone surrogates keep their three bytes, so that different texts always differ. */
    static byte[] bytes(String text) {
        if (wellFormed(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteBuffer out = ByteBuffer.allocate(text.length() * 3);
        text.codePoints().forEach(c -> {
            if (isLoneSurrogate(c)) {
                out.put((byte) (0xE0 | (c >> 12)));
                out.put((byte) (0x80 | ((c >> 6) & 0x3F)));
                out.put((byte) (0x80 | (c & 0x3F)));
            } else {
                out.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static boolean wellFormed(byte[] utf8) {
        if (isAscii(utf8)) {
            return true; // by far the most frequent
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Eight bytes at a time, since every raw document passes here. */
    private static boolean isAscii(byte[] bytes) {
        long bits = 0;
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            bits |= (long) LONG.get(bytes, i);
        }
        for (; i < bytes.length; i++) {
            bits |= bytes[i]; // of a negative one all higher bits are set, too
        }
        return (bits & NOT_ASCII) == 0;
    }

    private static boolean isLoneSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
