package dev.docmirror.edge;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What stands for an id on disk and in memory: 128 bits. */
record Hash(long high, long low) {
    static final int BYTES = 16;

    /** Of nothing. */
    static final Hash NONE = new Hash(0, 0);

    static Hash read(ByteBuffer from) {
        return new Hash(from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(high).putLong(low);
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
