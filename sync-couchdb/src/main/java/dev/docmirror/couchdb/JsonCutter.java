package dev.docmirror.couchdb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Cuts values out of streamed JSON as the bytes they are, in one pass: neither parsed nor written again. Strings,
 * escapes and nesting are followed, so that a value ends where it ends; whether what is inside of it is valid is for
 * whoever parses it. Depth costs nothing, and a value longer than its caller wants is passed over without being kept.
 */
final class JsonCutter {
    private static final int BUFFER = 64 * 1024;
    /** Names, ids, revisions, sequences: CouchDB's are far shorter. */
    static final int SHORT = 1024 * 1024;

    static final int UNKNOWN = -1;

    private final InputStream in;
    private byte[] buffer;
    private int pos;
    private int end;
    private boolean keeping;
    private int from;
    private int longest;
    private boolean overlong;

    JsonCutter(InputStream in) {
        this.in = in;
        this.buffer = new byte[BUFFER];
    }

    /** Over a whole value, which is not changed. */
    JsonCutter(byte[] json) {
        this.in = new ByteArrayInputStream(json, 0, 0);
        this.buffer = json;
        this.end = json.length;
    }

    /** The next byte that is not white space, not consumed; -1 at the end. */
    int peek() throws IOException {
        while (true) {
            while (pos < end) {
                byte b = buffer[pos];
                if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                    return b;
                }
                pos++;
            }
            if (!fill()) {
                return -1;
            }
        }
    }

    /** Consumes the given byte, which must come next. */
    void expect(char c) throws IOException {
        int next = peek();
        if (next != c) {
            throw next < 0 ? truncated() : unexpected();
        }
        pos++;
    }

    /**
     * Moves to the next member of an object or element of an array.
     *
     * @param close the bracket that ends it, consumed when it comes
     * @param first whether none came yet
     */
    boolean hasNext(char close, boolean first) throws IOException {
        int next = peek();
        if (next == close) {
            pos++;
            return false;
        }
        if (!first) {
            expect(',');
        } else if (next < 0) {
            throw truncated();
        }
        return true;
    }

    /** Consumes a member's name and the colon. Returns its place among the names, or {@link #UNKNOWN}. */
    int name(byte[][] names) throws IOException {
        if (peek() != '"') {
            throw pos == end ? truncated() : unexpected();
        }
        keep(SHORT);
        skipValue();
        int found = UNKNOWN;
        for (int i = 0; i < names.length && !overlong; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, buffer, from + 1, pos - 1)) {
                found = i;
            }
        }
        keeping = false;
        expect(':');
        return found;
    }

    /** Consumes a value and keeps nothing of it. */
    void skip() throws IOException {
        peek();
        keep(0);
        skipValue();
        keeping = false;
    }

    /** Consumes a value. Returns a copy of its bytes, or null if there are more than {@code most}. */
    byte @Nullable [] cut(int most) throws IOException {
        peek();
        keep(most);
        skipValue();
        keeping = false;
        if (overlong || pos - from > most) {
            return null;
        }
        byte[] value = Arrays.copyOfRange(buffer, from, pos);
        if (buffer.length > 16 * BUFFER && end - pos <= BUFFER) {
            shrink();
        }
        return value;
    }

    /** Consumes a short value. Returns its text as it stands, quotes and escapes included. */
    String token() throws IOException {
        byte[] value = cut(SHORT);
        if (value == null) {
            throw new MalformedAnswerException("it has an endless value where a short one should be");
        }
        return JsonStrings.utf8(value);
    }

    /** Consumes a string, without its quotes and escapes. */
    String string() throws IOException {
        if (peek() != '"') {
            throw pos == end ? truncated() : unexpected();
        }
        return JsonStrings.decode(token());
    }

    /** Nothing but white space may follow. */
    void expectEnd() throws IOException {
        if (peek() >= 0) {
            throw unexpected();
        }
    }

    private void keep(int most) {
        keeping = true;
        overlong = false;
        longest = most;
        from = pos;
    }

    private void shrink() {
        byte[] small = new byte[BUFFER];
        System.arraycopy(buffer, pos, small, 0, end - pos);
        buffer = small;
        end -= pos;
        pos = 0;
    }

    private void skipValue() throws IOException {
        if (pos == end) {
            throw truncated();
        }
        switch (buffer[pos]) {
            case '"' -> {
                pos++;
                skipString();
            }
            case '{', '[' -> skipNested();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n' -> skipScalar();
            default -> throw unexpected();
        }
    }

    private void skipScalar() throws IOException {
        do {
            while (pos < end) {
                switch (buffer[pos]) {
                    case ',', '}', ']', ' ', '\n', '\r', '\t', ':' -> {
                        return;
                    }
                    default -> pos++;
                }
            }
        } while (fill());
    }

    /** From an opening bracket to the one that closes it. */
    private void skipNested() throws IOException {
        int depth = 0;
        while (true) {
            byte[] b = buffer;
            int e = end;
            int p = pos;
            while (p < e) {
                switch (b[p++]) {
                    case '{', '[' -> depth++;
                    case '}', ']' -> {
                        if (--depth == 0) {
                            pos = p;
                            return;
                        }
                    }
                    case '"' -> {
                        pos = p;
                        skipString();
                        b = buffer;
                        e = end;
                        p = pos;
                    }
                    default -> {
                        // between the brackets
                    }
                }
            }
            pos = p;
            more();
        }
    }

    /** From behind the opening quote to behind the closing one. */
    private void skipString() throws IOException {
        while (true) {
            byte[] b = buffer;
            int e = end;
            int p = pos;
            while (p < e) {
                byte c = b[p++];
                if (c == '"') {
                    pos = p;
                    return;
                }
                if (c == '\\') {
                    if (p == e) {
                        pos = p;
                        more();
                        b = buffer;
                        e = end;
                        p = pos;
                    }
                    p++;
                }
            }
            pos = p;
            more();
        }
    }

    private void more() throws IOException {
        if (!fill()) {
            throw truncated();
        }
    }

    /** Reads on; everything up to here is consumed. */
    private boolean fill() throws IOException {
        if (!keeping || overlong) {
            pos = 0;
            end = 0;
        } else if (end == buffer.length) {
            makeRoom();
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read > 0) {
            end += read;
        }
        return read >= 0;
    }

    private void makeRoom() {
        int kept = end - from;
        if (kept > longest) {
            overlong = true;
            end = 0;
        } else if (from > buffer.length / 2) {
            System.arraycopy(buffer, from, buffer, 0, kept);
            from = 0;
            end = kept;
        } else {
            byte[] larger = new byte[(int) Math.min(Integer.MAX_VALUE - 16, Math.max(BUFFER, 2L * buffer.length))];
            System.arraycopy(buffer, from, larger, 0, kept);
            buffer = larger;
            from = 0;
            end = kept;
        }
        pos = end;
    }

    private static MalformedAnswerException truncated() {
        return new MalformedAnswerException("it was cut off");
    }

    private static MalformedAnswerException unexpected() {
        return new MalformedAnswerException("it is not the JSON that CouchDB sends");
    }
}
