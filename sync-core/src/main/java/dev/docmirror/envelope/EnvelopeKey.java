package dev.docmirror.envelope;

/** A key and its id. Never shows itself; {@link #close()} wipes it. Thread-safe. */
public final class EnvelopeKey implements AutoCloseable {
    private final String id;
    private final byte[] bytes;

    private EnvelopeKey(String id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    /**
     * A key of 256 random bits.
     *
     * @param id 1 to 191 characters, not secret
     * @param bytes 32 bytes; copied
     */
    public static EnvelopeKey raw(String id, byte[] bytes) {
        return new EnvelopeKey(id, bytes.clone());
    }

    public String id() {
        return id;
    }

    @Override
    public void close() {
        java.util.Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "EnvelopeKey[" + id + "]";
    }
}
