package dev.docmirror.couchdb;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON string literals, read and written. */
final class JsonStrings {
    private JsonStrings() {}

    /** The text of UTF-8 bytes; refuses others instead of replacing them, which would mix up two ids. */
    static String utf8(byte[] bytes) throws MalformedAnswerException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) { // may be one of their own
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw new MalformedAnswerException("it has bytes that are not UTF-8");
            }
        }
        return text;
    }

    /** The text of a literal, given with its quotes. Lone surrogates stay what they are. */
    static String decode(String literal) throws MalformedAnswerException {
        int last = literal.length() - 1;
        int escape = literal.indexOf('\\');
        if (escape < 0) {
            return literal.substring(1, last);
        }
        StringBuilder text = new StringBuilder(last);
        int i = 1;
        while (i < last) {
            char c = literal.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = literal.charAt(i++);
            if (kind == 'u') {
                text.append(unit(literal, i, last));
                i += 4;
            } else {
                text.append(plain(kind));
            }
        }
        return text.toString();
    }

    private static char unit(String literal, int at, int last) throws MalformedAnswerException {
        if (at + 4 > last) {
            throw malformed();
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(literal.charAt(i), 16);
            if (digit < 0) {
                throw malformed();
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private static char plain(char kind) throws MalformedAnswerException {
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw malformed();
        };
    }

    private static MalformedAnswerException malformed() {
        return new MalformedAnswerException("it has a string with a malformed escape");
    }

    /** Appends the text as a literal in plain ASCII. */
    static void encode(CharSequence text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
    }
}
