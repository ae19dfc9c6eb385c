package dev.docmirror.change;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 hash of a document's body. A value: equal where the bytes are. */
public final class ContentHash {
    private static final int LENGTH = 32;
    private final byte[] bytes;

    /** @param bytes 32 bytes, copied */
    public ContentHash(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("bytes: must be " + LENGTH + ", was " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
