package dev.docmirror.couchdb;

import java.io.InputStream;
import java.util.Arrays;

/** Bytes that come in pieces, as from a network. */
final class Pieces extends InputStream {
    private final byte[] bytes;
    private final int cut;
    private final int most;
    private int pos;

    private Pieces(byte[] bytes, int cut, int most) {
        this.bytes = bytes;
        this.cut = cut;
        this.most = most;
    }

    /** In two pieces. */
    static InputStream cutAt(byte[] bytes, int cut) {
        return new Pieces(bytes, cut, bytes.length);
    }

    static InputStream of(byte[] bytes, int most) {
        return new Pieces(bytes, bytes.length, most);
    }

    static InputStream truncatedAt(byte[] bytes, int end) {
        byte[] front = Arrays.copyOf(bytes, end);
        return new Pieces(front, end, Math.max(1, end));
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (pos == bytes.length) {
            return -1;
        }
        int end = pos < cut ? cut : bytes.length;
        int read = Math.min(Math.min(length, most), end - pos);
        System.arraycopy(bytes, pos, target, offset, read);
        pos += read;
        return read;
    }
}
